"""The scripts every page loads, in a real browser and under the product's content policy.

A small server plays the application: one page, and three answers to its buttons.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.programs import chromium

pytestmark = pytest.mark.browser

DIST = Path(__file__).resolve().parents[2] / "core" / "web" / "static" / "dist"
POLICY = (
    "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'"
)
MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}
PAGE = """<!doctype html>
<html lang="{lang}" dir="{dir}"><head><title>Page</title>
<meta name="csrf-token" content="token-of-the-session">
<script src="/static/{theme}"></script><link rel="stylesheet" href="/static/{css}">
<script src="/static/{app}" defer></script></head><body>
<div id="problems"></div><p id="connection-lost" hidden>The server cannot be reached.</p>
<button id="theme" x-data="themeSwitch" x-on:click="toggle">Light or dark</button>
<form id="form" hx-post="/refused" hx-target="this"><button id="refused">Save</button></form>
<button id="broken" hx-post="/broken" hx-target="#form">Break</button>
<table><tr><td class="num" id="figure">-1,204.50</td></tr></table>
<div class="card"><button id="menu" data-bs-toggle="collapse" data-bs-target="#more">More</button>
<div id="more" class="collapse">Hidden at first</div></div></body></html>"""


@dataclass
class Application:
    """What the page's server is asked, and whether it answers at all."""

    url: str
    tokens: list[str | None] = field(default_factory=list)
    reachable: bool = True


def handler_of(application: Application) -> type[BaseHTTPRequestHandler]:
    manifest = json.loads((DIST / "manifest.json").read_text())
    assets = {"theme": "theme.js", "app": "app.js"}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/static/"):
                file = DIST / Path(self.path.split("?")[0]).name
                self._send(200, file.read_bytes(), MEDIA_TYPES.get(file.suffix, "image/svg+xml"))
            elif self.path == "/favicon.ico":
                self._send(204, b"", "image/x-icon")
            else:
                rtl = self.path == "/ar"
                page = PAGE.format(
                    lang="ar" if rtl else "en",
                    dir="rtl" if rtl else "ltr",
                    css=manifest["app.rtl.css" if rtl else "app.css"],
                    **{name: manifest[logical] for name, logical in assets.items()},
                )
                self._send(200, page.encode(), "text/html; charset=utf-8")

        def do_POST(self) -> None:
            application.tokens.append(self.headers.get("X-CSRF-Token"))
            if not application.reachable:
                self.close_connection = True
            elif self.path == "/refused":
                self._send(422, b"<p>The name is missing.</p>", "text/html")
            else:
                self._send(500, b"<p>Incident 7F3A</p>", "text/html")

        def _send(self, status: int, body: bytes, media_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Silent: the test's own output is enough."""

    return Handler


@pytest.fixture
def application() -> Iterator[Application]:
    application = Application("")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler_of(application)) as server:
        application.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield application
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, application: Application) -> Iterator[Page]:
    """The page, open; at the end the browser must not have complained of its content policy."""
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(application.url)
    yield page
    assert not [
        text for text in complaints if "Content Security Policy" in text or "Error:" in text
    ]
    context.close()


def test_light_or_dark_follows_the_system_until_somebody_chooses(page: Page) -> None:
    html = page.locator("html")
    expect(html).to_have_attribute("data-bs-theme", "light")
    page.emulate_media(color_scheme="dark")
    expect(html).to_have_attribute("data-bs-theme", "dark")

    page.click("#theme")
    expect(html).to_have_attribute("data-bs-theme", "light")
    page.reload()
    expect(html).to_have_attribute("data-bs-theme", "light")


def test_a_refused_form_is_shown_in_its_place_and_carries_the_token(
    page: Page, application: Application
) -> None:
    page.click("#refused")
    expect(page.locator("#form")).to_have_text("The name is missing.")
    assert application.tokens == ["token-of-the-session"]


def test_another_error_is_shown_apart_and_leaves_the_form_alone(page: Page) -> None:
    page.click("#broken")
    expect(page.locator("#problems")).to_have_text("Incident 7F3A")
    expect(page.locator("#refused")).to_be_visible()


def test_a_lost_connection_is_told_and_forgotten_when_it_is_back(
    page: Page, application: Application
) -> None:
    application.reachable = False
    page.click("#broken")
    expect(page.locator("#connection-lost")).to_be_visible()

    application.reachable = True
    page.click("#broken")
    expect(page.locator("#connection-lost")).to_be_hidden()


def test_bootstrap_behaves_without_inline_script(page: Page) -> None:
    expect(page.locator("#more")).to_be_hidden()
    page.click("#menu")
    expect(page.locator("#more")).to_be_visible()


@pytest.mark.parametrize(("path", "side"), [("/", "right"), ("/ar", "left")])
def test_figures_end_at_the_end_of_the_line_in_both_directions(
    page: Page, application: Application, path: str, side: str
) -> None:
    page.goto(application.url + path)
    figure = page.locator("#figure")
    expect(figure).to_have_css("text-align", side)
    expect(figure).to_have_css("direction", "ltr")


def test_letters_of_every_language_come_from_our_own_fonts(
    page: Page, application: Application
) -> None:
    loaded = page.evaluate(
        """async () => {
            const asked = ["16px Inter", "16px 'Noto Sans Arabic'", "16px 'Noto Sans Bengali'"];
            const found = await Promise.all([
                document.fonts.load(asked[0], "A"),
                document.fonts.load(asked[1], "ب"),
                document.fonts.load(asked[2], "ব"),
            ]);
            return found.map((faces) => faces.map((face) => face.status));
        }"""
    )
    assert loaded == [["loaded"], ["loaded"], ["loaded"]]
