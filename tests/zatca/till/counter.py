"""At the counter: the codes of electronic invoices as a telephone reads them, from the receipt on
the screen, from what the customer sees, from copies, and from what the printer is told."""

from __future__ import annotations

import base64
import io
import re

import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.chrome import wait_until
from tests.pos.app.till import Till
from tests.zatca.authority import own_checks

PRINTER = """
localStorage.setItem("till.printer", JSON.stringify({ kind: "usb", dots: 384, auto: false }));
window.paper = [];
const alternate = { interfaceClass: 7, endpoints: [{ direction: "out", endpointNumber: 1 }] };
const device = {
  opened: true,
  configuration: { interfaces: [{ alternate, claimed: true, interfaceNumber: 0 }] },
  transferOut: async (_, bytes) => { window.paper.push([...bytes]); },
};
Object.defineProperty(navigator, "usb", { value: { getDevices: async () => [device] } });
"""
"""A receipt printer on the USB port, 58 mm wide."""
VALUES = """
async () => {
  const open = indexedDB.open("till");
  await new Promise((done) => (open.onsuccess = done));
  const values = open.result.transaction("values").objectStore("values");
  const read = (asked) => new Promise((done) => (asked.onsuccess = () => done(asked.result)));
  const keys = await read(values.getAllKeys());
  const of = (start) => read(values.get(keys.find((key) => key.startsWith(start))));
  const key = await of("einvoice.key:");
  const told = { end: await of("einvoice:"), extractable: key.sealing.extractable };
  open.result.close();
  return told;
}
"""
LOSE_KEY = """
async () => {
  const open = indexedDB.open("till");
  await new Promise((done) => (open.onsuccess = done));
  const work = open.result.transaction("values", "readwrite");
  work.objectStore("values").delete(IDBKeyRange.bound("einvoice.key:", "einvoice.key;"));
  await new Promise((done) => (work.oncomplete = done));
  open.result.close();
}
"""


def load(one: Till) -> None:
    """A round of the sync with a load of the feed, and what the till answers to it."""
    with one.page.expect_response(lambda answer: "/pos/feed" in answer.url):
        one.page.evaluate("dispatchEvent(new Event('online'))")
    one.until_synced()
    expect(one.page.locator(".pill.is-busy")).to_have_count(0)


def sell(one: Till, code: str, facing: Page) -> str:
    """Sell one thing; what a telephone reads from the receipt on the screen, from what the customer
    sees in the dark, and from a copy."""
    one.scan(code)
    expect(one.page.locator(".btn-pay")).to_be_enabled()
    one.pay_cash()
    shown = _read(one.page.locator(".receipt .qr").screenshot())
    assert own_checks.qr_tags(base64.b64decode(shown))[1] == b"Palm Trading Company"
    assert _read(facing.locator(".display .qr").screenshot()) == shown
    one.next()
    _open_last(one)
    assert _read(one.page.locator(".receipt .qr").screenshot()) == shown
    _back(one)
    return shown


def printed_as_text(one: Till) -> str:
    """The code that the printer is told to draw, on a copy of the last receipt."""
    paper = _copy(one)
    told = re.search(rb"\x1d\(k(..)1P0", paper, re.DOTALL)
    assert told is not None
    length = int.from_bytes(told[1], "little")
    text = paper[told.end() : told.end() - 3 + length]
    return text.decode()


def printed_as_dots(one: Till) -> str:
    """What a telephone reads from a copy of the last receipt, which is drawn as it says thanks in
    Arabic."""
    paper = _copy(one)
    start = paper.index(b"\x1dv0\x00") + 4
    width, height = (int.from_bytes(paper[at : at + 2], "little") for at in (start, start + 2))
    bits = paper[start + 4 : start + 4 + width * height]
    drawn = Image.frombytes("1", (width * 8, height), bits, "raw", "1;I")
    found = zxingcpp.read_barcodes(drawn.convert("L"))
    return next(code.text for code in found if code.format == zxingcpp.BarcodeFormat.QRCode)


def _copy(one: Till) -> bytes:
    _open_last(one)
    one.page.evaluate("() => { window.paper = []; }")
    one.page.keyboard.press("F5")
    wait_until(one.page, "window.paper.length > 0")
    _back(one)
    return bytes(one.page.evaluate("window.paper")[0])


def _open_last(one: Till) -> None:
    one.page.keyboard.press("F8")
    one.page.locator("button.choice").first.click()
    expect(one.page.locator(".receipt .qr")).to_be_visible()


def _back(one: Till) -> None:
    one.page.keyboard.press("Escape")
    one.page.keyboard.press("Escape")
    expect(one.page.get_by_label("Search or scan").first).to_be_visible()


def _read(picture: bytes) -> str:
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    return code.text
