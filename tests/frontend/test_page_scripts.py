"""The scripts every page loads, in a real browser and under the product's content policy.

A small server plays the application: one page, and three answers to its buttons.
"""

from __future__ import annotations

import asyncio
import html
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from playwright.sync_api import TimeoutError as OutOfTime
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, WebSocketRoute
from starlette.routing import Route as Way
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.chrome import launched, served

pytestmark = pytest.mark.browser

DIST = Path(__file__).resolve().parents[2] / "core" / "web" / "static" / "dist"
POLICY = (
    "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'"
)
PAGE = """<!doctype html>
<html lang="{lang}" dir="{dir}"><head><title>Page</title>
<meta name="csrf-token" content="token-of-the-session">
<script src="/static/{head}"></script><link rel="stylesheet" href="/static/{css}">
<script src="/static/{app}" type="module"></script></head>
<body data-notices="jobs addons" data-most-channels="64">
<div id="problems"></div><p id="connection-lost" hidden>The server cannot be reached.</p>
<button id="theme" data-theme-choice="light">Light</button>
<p x-data="{{ told: 'Alive' }}" x-text="told"></p>
<form id="form" hx-post="/refused" hx-target="this"><button id="refused">Save</button></form>
<button id="broken" hx-post="/broken" hx-target="#form">Break</button>
<button id="shown" hx-get="/orders" hx-target="#orders">Orders</button><div id="orders"></div>
<p id="jobs" hx-get="/jobs" hx-trigger="notice:jobs from:body">No jobs yet</p>
<table><tr><td class="num" id="figure">-1,204.50</td></tr></table>
<div class="card"><button id="menu" data-bs-toggle="collapse" data-bs-target="#more">More</button>
<div id="more" class="collapse">Hidden at first</div></div>
<form hx-get="/found" hx-target="#found"
  hx-trigger="submit, input changed delay:20ms from:#list-search">
<input type="search" id="list-search" name="q" data-key="/"></form><div id="found"></div>
<input id="name"><a data-key="n" href="#new">New</a>
<button data-key="s" data-bs-toggle="collapse" data-bs-target="#more">Save</button></body></html>"""

READ = """() => new Promise((tell) => {
    const look = () => (document.querySelector("[data-key=s]") ? tell() : setTimeout(look, 10));
    look();
})"""
PATIENCE = 30.0  # a busy machine is slow, not wrong


@dataclass
class Application:
    """The server's side: what it was sent, and a way to speak to the open pages.

    `reached` is how far it says that a page has heard; whoever comes back with another place is
    told of `missed`. While it is `closed`, no websocket gets through, but pages may ask.
    """

    url: str = ""
    reached: str = "7"
    missed: list[str] = field(default_factory=list)
    closed: bool = False
    tokens: list[str | None] = field(default_factory=list)
    channels: list[list[str]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    turned: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)
    sockets: list[WebSocket] = field(default_factory=list)
    listening: threading.Event = field(default_factory=threading.Event)
    loop: asyncio.AbstractEventLoop | None = None

    def page(self, request: Request) -> HTMLResponse:
        names = json.loads((DIST / "manifest.json").read_text())
        rtl = request.url.path == "/ar"
        page = PAGE.format(
            lang="ar" if rtl else "en",
            dir="rtl" if rtl else "ltr",
            css=names["app.rtl.css" if rtl else "app.css"],
            head=names["head.js"],
            app=names["app.js"],
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})

    def refused(self, request: Request) -> HTMLResponse:
        self.tokens.append(request.headers.get("X-CSRF-Token"))
        return HTMLResponse("<p>The name is missing.</p>", 422)

    def broken(self, request: Request) -> HTMLResponse:
        return HTMLResponse("<p>Incident 7F3A</p>", 500)

    def orders(self, request: Request) -> HTMLResponse:
        return HTMLResponse('<div data-live="shop.orders">Orders</div>')

    def found(self, request: Request) -> HTMLResponse:
        return HTMLResponse(html.escape(request.query_params["q"]))

    def jobs(self, request: Request) -> HTMLResponse:
        return HTMLResponse(f"Job list of connection {len(self.channels)}")

    def live(self, request: Request) -> JSONResponse:
        self.asked.set()
        notices = [{"channel": channel, "data": {}} for channel in self.missed]
        return JSONResponse({"since": self.reached, "notices": notices})

    async def listen(self, socket: WebSocket) -> None:
        self.loop = asyncio.get_running_loop()
        if self.closed:
            await socket.close()
            return
        self.channels.append(socket.query_params.getlist("channel"))
        self.places.append(socket.query_params.get("since", ""))
        await socket.accept()
        for channel in self.missed if self.places[-1] else ():
            await socket.send_json({"channel": channel, "data": {}})
        await socket.send_json({"since": self.reached})
        self.sockets.append(socket)
        self.listening.set()
        try:
            while True:
                self.channels.append((await socket.receive_json())["listen"])
                self.turned.set()
        except WebSocketDisconnect:
            self.sockets = [other for other in self.sockets if other is not socket]

    def tell(self, channel: str) -> None:
        """Sends one notice to every open page."""
        assert self.loop is not None
        for socket in self.sockets:
            sending = socket.send_json({"channel": channel, "data": {"ids": ["1"]}})
            asyncio.run_coroutine_threadsafe(sending, self.loop).result(timeout=PATIENCE)

    def hang_up(self) -> None:
        """Drops every open page's line, as a restart does."""
        assert self.loop is not None
        while self.sockets:
            closing = self.sockets.pop().close(1012)
            asyncio.run_coroutine_threadsafe(closing, self.loop).result(timeout=PATIENCE)


@pytest.fixture
def application() -> Iterator[Application]:
    application = Application()
    app = Starlette(
        routes=[
            Way("/", application.page),
            Way("/ar", application.page),
            Way("/jobs", application.jobs),
            Way("/found", application.found),
            Way("/orders", application.orders),
            Way("/core/live", application.live),
            Way("/refused", application.refused, methods=["POST"]),
            Way("/broken", application.broken, methods=["POST"]),
            WebSocketRoute("/ws", application.listen),
            Mount("/static", StaticFiles(directory=DIST)),
        ]
    )
    with served(app) as port:
        application.url = f"http://127.0.0.1:{port}"
        yield application


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


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


def open_without_scripts(page: Page, application: Application) -> Callable[[], None]:
    """The page as it is read; its scripts are on their way until the answer is called."""
    held: list[Route] = []
    page.route("**/app-*.js", lambda route: held.append(route))
    page.goto(application.url, wait_until="commit")
    page.evaluate(READ)
    return lambda: held[0].continue_()


def test_shortcuts_pressed_before_the_scripts_are_there_are_not_lost(
    page: Page, application: Application
) -> None:
    let_come = open_without_scripts(page, application)
    page.keyboard.press("n")
    page.keyboard.press("Control+s")
    page.evaluate("document.querySelector('#name').focus()")
    page.keyboard.type("n is typed")
    assert page.url == f"{application.url}/"
    let_come()
    expect(page).to_have_url(f"{application.url}/#new")
    expect(page.locator("#more")).to_be_visible()
    expect(page.locator("#name")).to_have_value("n is typed")


def test_what_is_looked_for_before_the_scripts_are_there_is_found(
    page: Page, application: Application
) -> None:
    let_come = open_without_scripts(page, application)
    page.keyboard.type("/red shoes")
    let_come()
    expect(page.locator("#list-search")).to_have_value("red shoes")
    expect(page.locator("#found")).to_have_text("red shoes")

    let_come = open_without_scripts(page, application)
    page.evaluate("document.querySelector('#list-search').focus()")
    page.keyboard.type("blue")
    let_come()
    expect(page.locator("#found")).to_have_text("blue")


def test_what_is_done_to_a_page_waits_for_its_scripts(page: Page, application: Application) -> None:
    let_come = open_without_scripts(page, application)
    with pytest.raises(OutOfTime):
        page.click("#refused", timeout=500)
    let_come()
    page.click("#refused")
    expect(page.locator("#form")).to_have_text("The name is missing.")


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


def test_a_lost_connection_is_told_and_forgotten_when_it_is_back(page: Page) -> None:
    page.context.set_offline(True)
    page.click("#broken")
    expect(page.locator("#connection-lost")).to_be_visible()

    page.context.set_offline(False)
    page.click("#broken")
    expect(page.locator("#connection-lost")).to_be_hidden()


def test_a_part_of_a_page_is_fetched_anew_when_its_notice_comes(
    page: Page, application: Application
) -> None:
    assert application.listening.wait(PATIENCE)
    assert application.channels == [["addons", "jobs"]]
    application.tell("addons")
    expect(page.locator("#jobs")).to_have_text("No jobs yet")
    application.tell("jobs")
    expect(page.locator("#jobs")).to_contain_text("Job list")


def test_after_a_lost_line_the_page_listens_again_and_fetches_what_it_missed(
    page: Page, application: Application
) -> None:
    assert application.listening.wait(PATIENCE)
    application.missed = ["jobs"]
    application.hang_up()
    expect(page.locator("#jobs")).to_have_text("Job list of connection 2")
    assert application.places == ["", "7"]


def test_what_a_page_listens_to_follows_what_it_shows(page: Page, application: Application) -> None:
    assert application.listening.wait(PATIENCE)
    page.click("#shown")
    assert application.turned.wait(PATIENCE)
    assert application.channels == [["addons", "jobs"], ["addons", "jobs", "shop.orders"]]


def test_where_no_websocket_gets_through_the_page_asks_until_one_does(
    page: Page, application: Application
) -> None:
    assert application.listening.wait(PATIENCE)
    application.listening.clear()
    application.closed, application.missed = True, ["jobs"]
    application.reached = "40"
    page.clock.install()
    page.reload()
    pass_time(page, until=application.asked)
    expect(page.locator("#jobs")).to_contain_text("Job list")

    application.closed = False
    pass_time(page, until=application.listening)
    assert application.places == ["", "40"]


def pass_time(page: Page, until: threading.Event) -> None:
    """Turn the page's clock on, minute by minute."""
    for _ in range(600):
        page.clock.fast_forward(60_000)
        if until.wait(0.05):
            return
    pytest.fail("the page stays silent")


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
