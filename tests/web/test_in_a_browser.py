"""The frame of the product in a real browser: for eyes, keyboards and screen readers, on a phone
and at a desk, light and dark, left to right and right to left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from core.auth.credentials import SESSION_COOKIE
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tests.chrome import fits, launched, served, violations
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/webprobe/hello",
    "/search?q=nothing",
    "/settings/addons",
    "/settings/addons/webprobe/disable",
    "/settings/options",
)
SignIn = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def address(app: Application, acme: Tenant) -> Iterator[str]:
    """The company's address on this machine, over a real socket."""
    with served(app) as port:
        yield f"http://acme.localhost:{port}"


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(
    chrome: Browser, address: str, sign_in_at: SignIn, acme: Tenant
) -> Iterator[Callable[..., Page]]:
    """A signed-in page; at the end no script has failed and none was refused by the policy."""
    complaints: list[str] = []
    contexts = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def open_page(
        *, width: int = 1280, locale: str = "en", theme: str = "light", signed_in: bool = True
    ) -> Page:
        context = chrome.new_context(
            viewport={"width": width, "height": 800},
            locale=locale,
            color_scheme=theme,  # type: ignore[arg-type]
            base_url=address,
        )
        contexts.append(context)
        if signed_in:
            cookie = sign_in_at(acme).cookies[SESSION_COOKIE]
            secure = address.replace("http:", "https:")
            context.add_cookies(
                [{"name": SESSION_COOKIE, "value": cookie, "url": secure, "secure": True}]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", note)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


LOOKS = {"ar": ((1280, "light"), (360, "dark")), "bn": ((360, "light"),)}


@pytest.mark.parametrize("locale", LOOKS)
def test_every_page_is_accessible_and_fits(open_page: Callable[..., Page], locale: str) -> None:
    page = open_page(locale=locale)
    for path in PAGES:
        page.goto(path)
        assert page.get_attribute("html", "lang") == locale
        assert page.get_attribute("html", "dir") == ("rtl" if locale == "ar" else "ltr")
        for width, theme in LOOKS[locale]:
            page.emulate_media(color_scheme=theme)
            expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
            assert fits(page, width), path
            assert violations(page) == [], path


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_for_strangers_are_accessible_and_fit(
    open_page: Callable[..., Page], theme: str
) -> None:
    page = open_page(width=360, locale="ar", theme=theme, signed_in=False)
    page.goto("/login")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []


def test_an_error_page_is_accessible(chrome: Browser, address: str) -> None:
    context = chrome.new_context(viewport={"width": 360, "height": 700}, locale="en")
    page = context.new_page()
    page.goto(f"{address}/nowhere")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    assert violations(page) == []
    context.close()


def test_light_and_dark_are_switched_and_remembered(open_page: Callable[..., Page]) -> None:
    page = open_page(theme="light")
    page.goto("/")
    page.get_by_role("button", name="Light or dark").click()
    page.get_by_role("button", name="Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto("/search?q=x")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_language_is_chosen_in_the_bar_and_the_page_stays(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    page.goto("/search?q=tea")
    page.get_by_role("button", name="Language").click()
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.url.endswith("/search?q=tea")
    expect(page.get_by_role("button", name="اللغة")).to_be_visible()


def test_the_keyboard_reaches_the_content_first(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the content")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_on_a_phone_the_menu_is_a_drawer(open_page: Callable[..., Page]) -> None:
    page = open_page(width=360)
    page.goto("/")
    menu = page.get_by_role("navigation", name="Main menu")
    expect(menu).not_to_be_visible()
    page.get_by_role("button", name="Menu").click()
    expect(menu).to_be_visible()
    menu.get_by_text("Settings", exact=True).click()
    menu.get_by_role("link", name="Options").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Options")
    assert page.url.endswith("/settings/options")


def test_the_menu_shows_where_one_is(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/settings/addons/webprobe/disable")
    here = page.locator(".app-menu-link[aria-current=page]")
    expect(here).to_have_count(1)
    expect(here).to_have_text("Addons")


def test_a_page_tells_that_the_addons_have_changed(
    open_page: Callable[..., Page], admin: httpx.Client
) -> None:
    page = open_page()
    page.goto("/")
    page.evaluate(
        "document.body.addEventListener('notice:addons', (e) => { window.heard = e.detail })"
    )

    def heard() -> bool:
        admin.post("/settings/addons/webprobe/retry")
        return page.evaluate("Boolean(window.heard)")

    wait_until(heard, "the page to hear")  # its socket opens a moment after it
    assert page.evaluate("window.heard.addon") == "webprobe"
