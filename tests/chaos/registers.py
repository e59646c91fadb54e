"""Registers that sell whatever happens: hundreds that are simulated, and some in Chromium whose
power is cut."""

from __future__ import annotations

import contextlib
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.sync_api import (
    BrowserContext,
    BrowserType,
    Error,
    Page,
    expect,
    sync_playwright,
)

from tests.pos.app.devices import cut_the_power, device, stored_receipts
from tests.pos.app.till import Shop, Till
from tests.pos.sample_client import SampleTill
from tests.pos.shop import TillShop
from tests.programs import headless_shell
from tests.waiting import PATIENCE, wait_until

LONG = PATIENCE * 5
LULL = 0.5
"""Seconds between two sales of those who sold what was wanted and go on: the slower the machine,
the longer that lasts, and all of it has to be booked."""
MOST = 1_000
"""Operations in one call."""
CASHIER = "Amal"
CODE = "6281000000014"


@dataclass
class Simulated:
    """Tills that speak the protocol, worked off in turn by one thread."""

    tills: list[SampleTill]
    shop: TillShop
    chance: random.Random
    pause: float
    burst: int

    def sell(self, receipts: int, goes_on: Callable[[], bool]) -> None:
        """Sell so many on each, and now and then one more while it goes on; sync as it works."""
        for till in self.tills:
            till.open()
        while (wanting := [till for till in self.tills if till.receipts < receipts]) or goes_on():
            till = self.chance.choice(wanting or self.tills)
            for _ in range(self.chance.randint(1, self.burst) if wanting else 1):
                line = self.shop.line(self.shop.products[0])
                till.sell(line, method=self.shop.methods["cash"])
            with contextlib.suppress(httpx.HTTPError):
                till.sync()
            threading.Event().wait(self.pause if wanting else LULL)

    def send_all(self) -> None:
        """Bring everything to the server, however long that takes as long as it goes on: each time
        from where the server says that it stands."""
        for till in self.tills:
            deadline, reached = time.monotonic() + LONG, 1
            while reached != till.seq + 1:
                assert time.monotonic() < deadline, f"{till.code} stays at {reached} of {till.seq}"
                missing = [one for one in till.outbox if one["seq"] >= reached]
                with contextlib.suppress(httpx.HTTPError):
                    now = till.send(missing[:MOST]).raise_for_status().json()["next_seq"]
                    if now > reached:
                        deadline, reached = time.monotonic() + LONG, now


@dataclass
class Chromium:
    """A register in a browser. `printed` holds the numbers of receipts that somebody saw."""

    shop: Shop
    register: str
    folder: Path
    chance: random.Random
    lives: int
    """How often its power is cut at most."""
    every: float
    """About so many seconds pass between two cuts."""
    printed: list[str] = field(default_factory=list)
    stored: dict[str, str] = field(default_factory=dict)
    cuts: int = 0
    ready: threading.Event = field(default_factory=threading.Event)
    """The app is on the device: what is killed from now on need not answer it."""

    def sell(self, code: str, goes_on: Callable[[], bool], is_well: threading.Event) -> None:
        """Sell while it goes on; then, once the network is well, bring everything to the server."""
        with sync_playwright() as playwright:
            kind = playwright.chromium
            expect.set_options(timeout=30_000)
            try:
                with contextlib.closing(self._switched_on(kind)) as context:
                    self._bind(Till(self.shop, context.pages[0]), code)
            finally:
                self.ready.set()
            while goes_on() and self.cuts < self.lives:
                self._until_cut(lambda: self._switched_on(kind), goes_on)
            assert is_well.wait(LONG)
            with contextlib.closing(self._switched_on(kind)) as context:
                till = Till(self.shop, context.pages[0])
                self._sit_down(till)
                _sync(till.page)
                self.stored = stored_receipts(context)

    def _switched_on(self, kind: BrowserType) -> BrowserContext:
        return device(kind, self.folder, executable_path=headless_shell())

    def _bind(self, till: Till, code: str) -> None:
        till.open()
        till.page.get_by_label("Code", exact=True).fill(code)
        till.page.get_by_role("button", name="Bind this device").click()
        expect(till.page.get_by_text("Who is selling?")).to_be_visible(timeout=PATIENCE * 1000)
        self._sit_down(till)
        till.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        self._sell_one(till)

    def _sit_down(self, till: Till) -> None:
        till.open()
        till.page.get_by_role("button", name=CASHIER).first.wait_for(timeout=PATIENCE * 1000)
        till.sign_in(CASHIER)
        ready = till.page.get_by_label("Search or scan").first
        closed = till.page.get_by_role("button", name="Open the till")
        expect(ready.or_(closed)).to_be_visible()
        if closed.is_visible():
            till.begin()

    def _sell_one(self, till: Till) -> None:
        till.scan(CODE)
        till.pay_cash()
        self.printed.append(_number_on(till.page, self.register))
        till.next()

    def _until_cut(self, start: Callable, goes_on: Callable[[], bool]) -> None:
        """Sell until somebody pulls the plug, at any moment from the start on."""
        context = start()
        is_cut = threading.Event()

        def pull_the_plug() -> None:
            is_cut.set()
            cut_the_power(self.folder)

        plug = threading.Timer(self.chance.uniform(0.5, 2 * self.every), pull_the_plug)
        plug.start()
        try:
            till = Till(self.shop, context.pages[0])
            self._sit_down(till)
            while goes_on():
                self._sell_one(till)
        except (Error, AssertionError):
            if not is_cut.is_set():
                raise
        finally:
            plug.cancel()
            plug.join()
            cut_the_power(self.folder)
            self.cuts += 1
            with contextlib.suppress(Error):
                context.close()


def _number_on(page: Page, register: str) -> str:
    shown = page.get_by_text(re.compile(rf"{register}-\d+-\d{{5}}")).first.inner_text()
    found = re.search(rf"{register}-\d+-\d{{5}}", shown)
    assert found is not None, shown
    return found[0]


def _sync(page: Page) -> None:
    """Try at once and again, as somebody would who presses the button."""

    def synced() -> bool:
        if page.get_by_role("button", name="Synced", exact=True).count():
            return True
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(500)
        return False

    wait_until(synced, "the browser to get through")
