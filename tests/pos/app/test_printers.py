"""Somebody chooses a printer for the till and sells: receipts come out of it by themselves, copies
say that they are copies. The customer sees the sale on a screen of their own, and gets the receipt
as a message."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from addons.pos.models import Register
from addons.pos.services.printing.network import NETWORKS_VARIABLE
from addons.pos.services.registers import update_register
from tests.chrome import wait_until
from tests.pos.app.till import Shop, Till
from tests.pos.network_printer import Printer

TEA = "6281000000014"
NETWORK = "Receipt printer in the network"
USB = "Receipt printer by USB"
SERIAL = "Receipt printer by serial port or Bluetooth"
BEGIN, CUT = b"\x1b@", b"\x1dV"
# Printers at this device, as the browser shows them (WebUSB, Web Serial).
_AT_THE_DEVICE = """
(() => {
  window.printed = { usb: [], serial: [] };
  const keep = (kind, bytes) => window.printed[kind].push(...new Uint8Array(bytes));
  const out = { interfaceClass: 7, endpoints: [{ direction: "out", endpointNumber: 1 }] };
  const printer = {
    opened: false, configuration: null,
    async open() { this.opened = true; },
    async selectConfiguration() {
      this.configuration = { interfaces: [{ interfaceNumber: 0, claimed: false, alternate: out }] };
    },
    async claimInterface() { this.configuration.interfaces[0].claimed = true; },
    async transferOut(_, bytes) { keep("usb", bytes); },
  };
  const port = {
    writable: null,
    async open() { this.writable = new WritableStream({ write: (one) => keep("serial", one) }); },
  };
  const usb = { requestDevice: async () => printer, getDevices: async () => [printer] };
  const serial = { requestPort: async () => port, getPorts: async () => [port] };
  Object.defineProperty(navigator, "usb", { value: usb });
  Object.defineProperty(navigator, "serial", { value: serial });
})();
"""

# How a device sends something to somebody (Web Share): by WhatsApp, SMS or what else it has.
_MESSAGES = """
window.sent = [];
navigator.share = async (message) => void window.sent.push(message);
"""


def test_receipts_come_out_of_the_printer_that_was_chosen(
    till: Callable[..., Till], shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer, counter = Printer(), till()
    monkeypatch.setenv(NETWORKS_VARIABLE, f"{printer.address}/32")
    counter.context.add_init_script(_AT_THE_DEVICE)
    counter.bind()
    counter.sign_in()
    counter.begin()
    page = counter.page
    _open_settings(counter)
    expect(page.get_by_role("button", name="The browser's printer")).to_be_visible()
    expect(page.get_by_role("button", name=NETWORK)).to_have_count(0)
    with shop.kernel.session(shop.tenant) as session:
        register = session.query(Register).filter_by(code="R01").one()
        update_register(session, register, {"printer": printer.address})
    page.evaluate("dispatchEvent(new Event('online'))")
    _choose(counter, NETWORK)
    page.get_by_role("button", name="Print a test").click()
    expect(page.get_by_text("The printer does not answer.")).to_be_visible()
    with printer.on():
        page.get_by_role("button", name="Print a test").click()
    assert bytes(printer.paper).startswith(BEGIN)
    assert b"The printer works." in printer.paper
    assert CUT in printer.paper

    page.get_by_label("Print each receipt by itself").check()
    page.get_by_role("button", name="Back").click()
    printer.paper.clear()
    with printer.on():
        _sell(counter)
    assert b"R01-1-00001" in printer.paper
    assert b"Green tea 250 g" in printer.paper
    counter.next()

    _open_settings(counter)
    _choose(counter, USB)
    page.get_by_role("button", name="Back").click()
    _sell(counter)
    assert b"R01-1-00002" in _printed(counter, "usb", b"R01-1-00002")
    counter.next()

    _open_settings(counter)
    _choose(counter, SERIAL)
    page.get_by_role("button", name="Back").click()
    page.keyboard.press("F8")
    page.get_by_role("button", name="R01-1-00001").click()
    page.get_by_role("button", name="Print a copy").click()
    copy = _printed(counter, "serial", CUT)
    assert b"COPY" in copy
    assert b"R01-1-00001" in copy
    page.keyboard.press("Escape")
    counter.until_synced()
    noted = "SELECT content #>> '{payload,what}' FROM pos.operation WHERE type = 'logged'"
    assert shop.rows(noted) == [("reprint",)]


def test_the_customer_sees_what_is_sold_and_the_change(till: Callable[..., Till]) -> None:
    counter = till()
    counter.context.add_init_script(_MESSAGES)
    counter.bind("R02")
    counter.sign_in()
    counter.begin()
    display = counter.context.new_page()
    display.goto(f"{counter.shop.address}/pos/display")
    expect(display.get_by_text("Welcome")).to_be_visible()
    counter.page.bring_to_front()
    counter.scan(TEA)
    counter.owes("13.23")
    expect(display.get_by_role("listitem")).to_contain_text("Green tea 250 g")
    expect(display.get_by_text("Total")).to_be_visible()
    counter.pay_cash("20")
    expect(display.get_by_text("Change:")).to_contain_text("6.77")

    counter.page.keyboard.press("F7")
    wait_until(counter.page, "window.sent.length === 1")
    [sent] = counter.page.evaluate("window.sent")
    assert sent["title"] == "R02-1-00001"
    assert {"Green tea 250 g", "1 × 11.50  13.23", "Change  6.77"} <= set(sent["text"].split("\n"))


def _open_settings(counter: Till) -> None:
    counter.page.get_by_role("button", name="More").first.click()
    counter.page.get_by_role("button", name="This device").click()


def _choose(counter: Till, name: str) -> None:
    choice = counter.page.get_by_role("button", name=name)
    choice.click()
    expect(choice).to_have_attribute("aria-pressed", "true")


def _sell(counter: Till) -> None:
    counter.scan(TEA)
    counter.owes("13.23")
    counter.pay_cash()


def _printed(counter: Till, kind: str, until: bytes) -> bytes:
    """What came out of a printer at the device, once this did."""
    wanted = list(until)
    counter.page.wait_for_function(
        "([kind, wanted]) => window.printed[kind].some((_, at, all) =>"
        " wanted.every((one, place) => all[at + place] === one))",
        arg=[kind, wanted],
    )
    return bytes(counter.page.evaluate("(kind) => window.printed[kind]", kind))
