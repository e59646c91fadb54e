"""A till in Chromium makes a key, is registered, and sells without a network: each receipt carries
the code of an electronic invoice that it signed itself, and the server takes them as they are."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import zxingcpp
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import undefer

from addons.pos.models import Register
from addons.zatca.documents.values import FIRST_PREVIOUS_HASH
from addons.zatca.models import Device, Document
from addons.zatca.services.devices import create_device
from addons.zatca.services.onboarding import steps
from tests import waiting
from tests.chrome import wait_until
from tests.pos.app.till import Shop, Till
from tests.zatca.authority import own_checks
from tests.zatca.authority.server import StandIn
from tests.zatca.authority.validator import Verdict, validate
from tests.zatca.trade.trader import have_seller

pytestmark = [pytest.mark.browser, pytest.mark.real_data]
TEA, POT = "6281000000014", "6281000000045"
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


@dataclass
class Authority:
    """The stand-in that certifies, and the steps that somebody takes in the office."""

    shop: Shop
    stand_in: StandIn
    device_id: int

    def take(self, step: Callable[..., Any], *given: Any) -> None:
        with self.shop.kernel.session(self.shop.tenant) as session:
            step(session, session.get_one(Device, self.device_id), *given)

    def say_thanks(self, words: str) -> None:
        """Something that stands at the foot of each receipt from now on."""
        with self.shop.kernel.session(self.shop.tenant) as session:
            session.query(Register).filter_by(code="R01").one().receipt_footer = words

    def documents(self) -> list[Document]:
        with self.shop.kernel.session(self.shop.tenant) as session:
            own = select(Document).where(Document.device_id == self.device_id)
            return list(session.scalars(own.options(undefer(Document.xml)).order_by("counter")))


@pytest.fixture
def authority(shop: Shop) -> Iterator[Authority]:
    with StandIn() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AORABOOKS_ZATCA_GATEWAY", running.url)
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        with shop.kernel.session(shop.tenant) as session:
            have_seller(session)
            register = session.query(Register).filter_by(code="R01").one()
            values = {"name": "Till", "environment": "simulation", "register_id": register.id}
            device = create_device(session, {**values, "held_by": "till"})
            found = device.id
        yield Authority(shop, running, found)


def test_a_till_signs_what_it_sells_without_a_network(
    till: Callable[..., Till], authority: Authority
) -> None:
    one = till(device_scale_factor=3, color_scheme="dark")
    one.page.add_init_script(PRINTER)
    one.bind()
    one.sign_in()
    one.begin()
    _register(one, authority)
    facing = one.context.new_page()
    facing.goto(f"{one.shop.address}/pos/display")
    one.context.set_offline(True)
    codes = [_sell(one, TEA, facing), _sell(one, POT, facing)]
    one.page.reload()
    one.sign_in()
    codes.append(_sell(one, TEA, facing))
    assert _printed_as_text(one) == codes[2]
    kept = one.page.evaluate(VALUES)
    assert kept["extractable"] is False
    assert kept["end"]["counter"] == 3
    one.context.set_offline(False)
    one.until_synced()
    authority.shop.book()
    documents = authority.documents()
    assert [(one.counter, one.printed_qr) for one in documents] == list(enumerate(codes, 1))
    authority.say_thanks("شكراً لزيارتكم")
    _load(one)
    assert _printed_as_dots(one) == codes[2]
    previous = FIRST_PREVIOUS_HASH
    for document in documents:
        root = etree.fromstring(document.xml)
        assert own_checks.signature_problems(root) | own_checks.qr_problems(root) == set()
        assert validate(document.xml, previous) == Verdict(frozenset(), frozenset())
        assert document.state == "REPORTED"
        previous = document.hash
    assert kept["end"]["hash"] == previous


def _register(one: Till, authority: Authority) -> None:
    """Ask the till for its key, show its documents, and have it certified."""
    authority.take(steps.make_key)
    _load(one)
    authority.take(steps.request_compliance, authority.stand_in.register.new_password())
    _load(one)
    authority.take(steps.show_documents)
    authority.take(steps.request_production)
    _load(one)


def _load(one: Till) -> None:
    """A round of the sync with a load of the feed, and what the till answers to it."""
    with one.page.expect_response(lambda answer: "/pos/feed" in answer.url):
        one.page.evaluate("dispatchEvent(new Event('online'))")
    one.until_synced()
    expect(one.page.locator(".pill.is-busy")).to_have_count(0)


def _sell(one: Till, code: str, facing: Page) -> str:
    """Sell one thing; what a telephone reads from the receipt on the screen, from what the customer
    sees in the dark, and from a copy."""
    one.scan(code)
    expect(one.page.locator(".btn-pay")).to_be_enabled()
    one.pay_cash()
    shown = _read(one.page.locator(".receipt .qr").screenshot())
    assert own_checks.qr_tags(base64.b64decode(shown))[1] == b"Palm Trading Company"
    # Until a moment ago the customer saw that of the sale before.
    waiting.wait_until(
        lambda: _read(facing.locator(".display .qr").screenshot()) == shown, "the code"
    )
    one.next()
    _open_last(one)
    assert _read(one.page.locator(".receipt .qr").screenshot()) == shown
    _back(one)
    return shown


def _printed_as_text(one: Till) -> str:
    """The code that the printer is told to draw, on a copy of the last receipt."""
    paper = _copy(one)
    start = paper.index(b"\x1d(k", paper.index(b"1E")) + 3
    length = int.from_bytes(paper[start : start + 2], "little")
    called, text = paper[start + 2 : start + 5], paper[start + 5 : start + 2 + length]
    assert called == b"1P0"
    return text.decode()


def _printed_as_dots(one: Till) -> str:
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
