"""A real browser for tests, a real socket for it to call, and what axe says of a page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect, sync_playwright
from starlette.types import ASGIApp

from tests.programs import chromium, headless_shell

AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"


# The panels that a window of Chromium has ready beside its pages, and a renderer for a page that
# might come, cost more than the pages of ours.
OF_WINDOWS = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess")
# What Playwright itself leaves out: of two such lists, the browser heeds the last.
OF_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "Translate",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    f"--disable-features={','.join((*OF_PLAYWRIGHT, *OF_WINDOWS))}",
)


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium, without a window. On none of its pages is anything done or expected before the
    page's scripts are there: see `_wait_for_scripts`."""
    expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong
    with (
        sync_playwright() as playwright,
        _open(playwright.chromium, headless_shell()) as browser,
    ):
        yield browser


@contextmanager
def showing_pdf(beside: Browser) -> Iterator[Browser]:
    """The whole Chromium, which has a viewer for PDF, while another one runs."""
    with _open(beside.browser_type, chromium()) as browser:
        yield browser


@contextmanager
def _open(kind: BrowserType, program: str) -> Iterator[Browser]:
    browser = kind.launch(executable_path=program, args=ARGUMENTS)
    browser.on("context", _wait_in_all_pages)
    try:
        yield browser
    finally:
        browser.close()


def _wait_in_all_pages(context: BrowserContext) -> None:
    context.set_default_timeout(60_000)
    context.on("page", _wait_for_scripts)


def _wait_for_scripts(page: Page) -> None:
    """Before each action and expectation Playwright looks for what stands in the way, and waits
    until it has gone: here, the mark of a page whose scripts are on their way. A test that goes to
    another page then need not know what the scripts of that page do."""
    page.add_locator_handler(page.locator("html[data-scripts=coming]"), lambda: None)


@contextmanager
def served(app: ASGIApp) -> Iterator[int]:
    """The application behind a socket of this machine; gives its port."""
    config = uvicorn.Config(app, port=0, log_level="error", lifespan="off", ws="websockets-sansio")
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    listening.listen()  # who comes before the server runs waits for it
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


_SETTLED = """
() => {
  const ends = (animation) => animation.effect.getComputedTiming().endTime < Infinity;
  const running = document.getAnimations().filter(ends);
  return Promise.allSettled(running.map((animation) => animation.finished)).then(() => !window.axe);
}
"""
_TRUE = """
() => new Promise((tell) => {{
  const last = performance.now() + 30_000;
  const look = () => {{
    if (({condition}) || performance.now() > last) tell(Boolean({condition}));
    else setTimeout(look, 20);
  }};
  look();
}})
"""


def wait_until(page: Page, condition: str) -> None:
    """Wait for what no element shows: a condition in JavaScript. (`Page.wait_for_function` brings
    it as text, which the content policy of our pages refuses.)"""
    expect(page.locator("html")).not_to_have_attribute("data-scripts", "coming")
    assert page.evaluate(_TRUE.format(condition=condition)), f"never true: {condition}"


# Nobody reads where else the same is wrong, nor what is right.
_FOUND = """
async () => (await axe.run({ resultTypes: ["violations"], selectors: false })).violations
"""


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds against WCAG on the page as it stands: rules, each with what breaks it."""
    expect(page.locator("html")).not_to_have_attribute("data-scripts", "coming")
    # A colour on its way to another is one that nobody reads by.
    if page.evaluate(_SETTLED):
        page.evaluate(AXE.read_text())
    found = page.evaluate(_FOUND)
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found]


def fits(page: Page, width: int) -> bool:
    """Whether nothing on the page reaches beyond a screen of this width, which it has from now on;
    the same page on a telephone costs half of what it costs to come there with one."""
    page.set_viewport_size({"width": width, "height": 900})
    return page.evaluate("document.documentElement.scrollWidth") <= width
