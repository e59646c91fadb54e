"""A real browser for tests, a real socket for it to call, and what axe says of a page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright
from starlette.types import ASGIApp

from tests.programs import chromium

AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium, without a window."""
    expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@contextmanager
def served(app: ASGIApp) -> Iterator[int]:
    """The application behind a socket of this machine; gives its port."""
    config = uvicorn.Config(app, port=0, log_level="error", lifespan="off", ws="websockets-sansio")
    server = uvicorn.Server(config)
    listening = config.bind_socket()
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
  return Promise.allSettled(running.map((animation) => animation.finished)).then(() => {});
}
"""


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds against WCAG on the page as it stands: rules, each with what breaks it."""
    # A colour on its way to another is one that nobody reads by.
    page.evaluate(_SETTLED)
    page.evaluate(AXE.read_text())
    found = page.evaluate("async () => (await axe.run()).violations")
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found]
