"""A till in Chromium for benchmarks: a device with a disk of its own, its keys and its starts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext, BrowserType, Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.options import AccountingOptions
from addons.catalog.services.products import create_product
from addons.pos.models import Register
from addons.pos.services.cashiers.keeping import create_cashier, set_pin
from addons.pos.services.devices.binding import make_code
from addons.vat.services.install import install
from benchmarks.stage import Stage, free_port, http_server, product_environment
from core.addons.options import set_options
from core.auth import users
from tests.chrome import wait_until
from tests.pos.app.devices import device

PRODUCTS: Final = 40
_PIN: Final = "2580"
# Runs before the app, so that its listener is the first to hear of a key: the app may have drawn
# the next screen by the time that a later one is asked. `shown` ends with the frame that shows it.
_CLOCK: Final = """
(() => {
  let keyed = null;
  addEventListener("keydown", (event) => (keyed ??= event.timeStamp), { capture: true });
  const after = (isThere, began) => new Promise((tell, fail) => {
    const last = performance.now() + 60_000;
    const look = () => {
      if (performance.now() > last) fail(new Error(`never shown: ${isThere}`));
      else if (began() === null || !isThere()) requestAnimationFrame(look);
      else setTimeout(() => tell(performance.now() - began()));
    };
    look();
  });
  window.afterKey = (isThere) => {
    keyed = null;
    window.shown = after(isThere, () => keyed);
  };
  window.started = after(() => document.activeElement?.matches(".input-pin"), () => 0);
})();
"""
# The list shows nothing but names that begin so.
_ANSWERED: Final = """
((names) => names.length > 0 && names.every((one) => /^%s/i.test(one.textContent)))(
  [...document.querySelectorAll(".tile-name")]
)
""".strip()


@dataclass(slots=True)
class Counter:
    """A device that is bound to a register, and sells."""

    browser: BrowserType
    folder: Path
    address: str
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)

    def switch_on(self, *, offline: bool) -> None:
        """Start Chromium on the device's disk."""
        self.context = device(
            self.browser, self.folder, offline=offline, viewport={"width": 1280, "height": 800}
        )
        self.context.add_init_script(_CLOCK)
        self.page = self.context.pages[0]

    def switch_off(self) -> None:
        """End Chromium; the disk stays."""
        self.context.close()

    def start(self) -> float:
        """Go to the till; milliseconds until it takes the keys of a PIN."""
        self.page.goto(f"{self.address}/pos/")
        return float(self.page.evaluate("window.started"))

    def sign_in(self) -> None:
        """Say who sells."""
        self.page.locator(".input-pin").fill(_PIN)
        self.page.keyboard.press("Enter")
        self.page.locator("main.sell, .segments").first.wait_for()

    def key(self, key: str, condition: str) -> float:
        """Press a key; milliseconds until the frame in which the JavaScript condition holds."""
        self.page.evaluate(f"() => window.afterKey(() => {condition})")
        self.page.keyboard.press(key)
        return float(self.page.evaluate("window.shown"))

    def sale(self) -> list[float]:
        """Sell one thing: milliseconds to the payment, to the receipt and to the next customer."""
        self.page.locator(".tile").first.click()
        self.page.locator(".btn-pay:enabled").first.wait_for()
        return [
            self.key("F9", 'document.querySelector("main .pay")'),
            self.key("Enter", 'document.querySelector("main.done")'),
            self.key("Enter", 'document.querySelector("main.sell .tile")'),
        ]

    def search(self) -> float:
        """Narrow a search that finds as many as are shown by one figure; milliseconds until the
        list answers it."""
        self.page.locator(".search input").fill("tea ")
        wait_until(self.page, _ANSWERED % "tea ")
        taken = self.key("2", _ANSWERED % "tea 2")
        self.page.keyboard.press("Escape")
        wait_until(self.page, '!document.querySelector(".search input").value')
        return taken


@contextmanager
def counter(stage: Stage, slug: str) -> Iterator[Counter]:
    """A company with a till in Chromium: online, signed in, with an open session."""
    tenant = stage.tenant(slug)
    with stage.kernel.session(tenant) as session:
        code = _furnish(session)
    port = free_port()
    with (
        http_server(["tenants.cli", "serve"], product_environment(stage.config, port, 30), port),
        tempfile.TemporaryDirectory(prefix="aorabooks-bench-till-") as folder,
        sync_playwright() as playwright,
    ):
        till = Counter(playwright.chromium, Path(folder), f"http://{slug}.localhost:{port}")
        till.switch_on(offline=False)
        try:
            _open(till, code)
            yield till
        finally:
            till.switch_off()


def _furnish(session: Session) -> str:
    """Goods, a cashier and a register in a Saudi company; the code that binds a device."""
    set_options(session, AccountingOptions, company_currency="SAR")
    install(session, "SA")
    for number in range(PRODUCTS):
        name = f"Tea {number}"
        values = {"name": name, "sale_price": Decimal(10), "tax_group": "standard"}
        create_product(session, values)
    user = users.create_user(session, email="amal@example.com", name="Amal", roles=())
    session.flush()
    set_pin(session, create_cashier(session, {"user_id": user.id}), _PIN)
    register = session.scalars(select(Register).order_by(Register.id)).first()
    assert register is not None
    register.currency = "SAR"
    return make_code(session, register)


def _open(till: Counter, code: str) -> None:
    page = till.page
    page.goto(f"{till.address}/pos/")
    page.locator(".input-code").fill(code)
    page.locator("button[type=submit]").click()
    page.locator(".input-pin").wait_for()
    till.sign_in()
    page.locator(".segments button").last.click()
    page.locator("main .input-amount").last.fill("200")
    page.locator("button[type=submit]").click()
    page.locator("main.sell .tile").first.wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
