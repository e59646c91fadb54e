"""A till as somebody stands at it: pages of the browser, and the company behind them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import text

from addons.pos.models import Register
from addons.pos.services.devices.binding import make_code
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

PIN = "2580"
_CODES = itertools.count(1)


@dataclass
class Shop:
    """A company with tills, its address, and what it is asked."""

    kernel: Kernel
    tenant: Tenant
    address: str

    def code(self, register: str = "R01") -> str:
        """A code by which a device is bound."""
        with self.kernel.session(self.tenant) as session:
            found = session.query(Register).filter_by(code=register).one()
            return make_code(session, found)

    def rows(self, sql: str, **values: Any) -> list[Any]:
        with self.kernel.session(self.tenant) as session:
            return list(session.execute(text(sql), values))

    def book(self) -> None:
        """Have the jobs done that wait."""
        work_off(self.kernel, self.tenant)

    def states(self) -> dict[str, int]:
        """How many operations there are, by what became of them."""
        found = self.rows("SELECT state, count(*) FROM pos.operation GROUP BY state")
        return {row[0]: row[1] for row in found}


@dataclass
class Till:
    """One browser that is a till, or becomes one."""

    shop: Shop
    page: Page

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def open(self, path: str = "/pos/") -> None:
        self.page.goto(self.shop.address + path)

    def bind(self, register: str = "R01") -> None:
        self.open()
        self.page.get_by_label("Code", exact=True).fill(self.shop.code(register))
        self.page.get_by_role("button", name="Bind this device").click()
        expect(self.page.get_by_text("Who is selling?")).to_be_visible()

    def sign_in(self, name: str = "Amal", pin: str = PIN) -> None:
        self.page.get_by_role("button", name=name).click()
        self.page.get_by_label(f"PIN of {name}").fill(pin)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_label(f"PIN of {name}")).to_have_count(0)

    def begin(self, amount: str = "200") -> None:
        """Open the session."""
        self.page.get_by_role("button", name="As a sum").click()
        self.page.get_by_label("Cash in the drawer").fill(amount)
        self.page.get_by_role("button", name="Open the till").click()
        expect(self.page.get_by_label("Search or scan").first).to_be_visible()

    def scan(self, code: str) -> None:
        """Keys as a scanner sends them: faster than any hand, Enter at the end."""
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")

    def owes(self, amount: str) -> None:
        """Wait until the basket comes to this."""
        expect(self.page.locator(".btn-pay")).to_contain_text(amount)

    def pay_cash(self, amount: str = "") -> None:
        self.page.keyboard.press("F9")
        expect(self.page.get_by_role("heading", name="Pay", exact=True)).to_be_visible()
        if amount:
            self.page.get_by_label("Amount handed over").fill(amount)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("button", name="Next sale")).to_be_visible()

    def next(self) -> None:
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_label("Search or scan").first).to_be_visible()

    def until_synced(self) -> None:
        self.page.evaluate("dispatchEvent(new Event('online'))")
        expect(self.page.get_by_role("button", name="Synced", exact=True)).to_be_visible()

    def picture(self, name: str, folder: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}.png")
