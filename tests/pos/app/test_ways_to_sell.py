"""What a till asks before it sells or is paid: the lot, the card, what a customer owes; and a code
that is held before the camera."""

from __future__ import annotations

import base64
import io
from decimal import Decimal
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, expect

from addons.accounting.services.charts.install import install_chart
from addons.catalog.services.products import create_product
from addons.contacts.models import Contact
from addons.sales.services.gift_cards.changing import give
from addons.sales.services.gift_cards.handing_out import hand_out
from tests.pos.app.devices import device
from tests.pos.app.till import PIN, Shop, Till
from tests.programs import headless_shell

TEA, HONEY = "6281000000014", "6281000000113"
FRAMES, SIZE = 10, (640, 480)
# Chromium has no detector of barcodes on Linux: what the camera shows is read by another program.
_DETECTOR = """
window.BarcodeDetector = class {
  static getSupportedFormats = async () => ["ean_13"];
  async detect(video) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext("2d").drawImage(video, 0, 0);
    const text = await window.readPicture(canvas.toDataURL("image/png").split(",")[1]);
    return text ? [{ rawValue: text }] : [];
  }
};
"""


def test_lots_cards_credit_and_the_camera(browser: Browser, shop: Shop, tmp_path: Path) -> None:
    code, buyer = _furnish(shop)
    film = _filmed(tmp_path / "film.y4m", TEA)
    context = device(
        browser.browser_type,
        tmp_path / "device",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
        executable_path=headless_shell(),
    )
    context.expose_function("readPicture", _read)
    context.add_init_script(_DETECTOR)
    one = Till(shop, context.pages[0])
    one.bind()
    one.sign_in()
    one.begin()
    _sell_before_the_camera(one)
    _sell_of_a_lot(one)
    _pay_by_card(one, code)
    _sell_on_credit(one, buyer)
    one.until_synced()
    shop.book()
    context.close()
    assert shop.states() == {"done": 5}
    lots = shop.rows("SELECT lots FROM pos.sale_line WHERE label = 'Honey'")
    assert [row[0] for row in lots] == [[["L-7", "2"]]]
    paid = shop.rows(
        "SELECT method.kind, payment.amount FROM pos.sale_payment AS payment"
        " JOIN pos.method ON method.id = payment.method_id ORDER BY payment.id"
    )
    assert [(kind, f"{amount:.2f}") for kind, amount in paid] == [
        ("cash", "13.23"), ("cash", "46.00"), ("gift_card", "5.00"), ("cash", "8.23"),
        ("credit", "13.23"),
    ]  # fmt: skip
    assert shop.rows("SELECT balance FROM sales.gift_card") == [(Decimal(0),)]


def _furnish(shop: Shop) -> tuple[str, str]:
    """Goods that are kept by lots, a gift card, and a customer who may owe a little."""
    with shop.kernel.session(shop.tenant) as session:
        install_chart(session, "saudi_arabia")
        honey = {"name": "Honey", "sale_price": Decimal(20), "tax_group": "standard"}
        create_product(session, {**honey, "tracking": "lot", "barcodes": [{"code": HONEY}]})
        card = give(session, {"amount": Decimal(5), "currency": "SAR", "reason": "Prize"})
        buyer = session.query(Contact).filter_by(name="Salma Haddad").one()
        return hand_out(session, card), buyer.name


def _filmed(path: Path, code: str) -> Path:
    """What a camera sees before which somebody holds a barcode: YUV4MPEG2, grey."""
    drawn = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.EAN13)
    bars = Image.fromarray(zxingcpp.write_barcode_to_image(drawn, scale=4)).convert("L")
    seen = Image.new("L", SIZE, 255)
    seen.paste(bars, ((SIZE[0] - bars.width) // 2, (SIZE[1] - bars.height) // 2))
    frame = b"FRAME\n" + seen.tobytes() + bytes([128]) * (SIZE[0] * SIZE[1] // 2)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + frame * FRAMES)
    return path


def _read(picture: str) -> str:
    shown = Image.open(io.BytesIO(base64.b64decode(picture))).convert("L")
    return next((one.text for one in zxingcpp.read_barcodes(shown)), "")


def _sell_before_the_camera(one: Till) -> None:
    one.page.get_by_role("button", name="Scan with the camera").click()
    one.owes("13.23")
    one.pay_cash()
    one.next()


def _sell_of_a_lot(one: Till) -> None:
    one.scan(HONEY)
    one.page.get_by_label("Quantity").fill("2")
    one.page.get_by_label("Lot").fill("L-7")
    one.page.keyboard.press("Control+Enter")
    one.owes("46.00")
    one.pay_cash()
    one.next()


def _pay_by_card(one: Till, code: str) -> None:
    """A card that has less on it than is due: the rest is paid in cash."""
    page = one.page
    one.scan(TEA)
    one.owes("13.23")
    page.keyboard.press("F9")
    page.get_by_role("button", name="Gift card").click()
    page.keyboard.press("Enter")
    page.get_by_label("Number of the card").fill(code)
    page.keyboard.press("Enter")
    expect(page.locator(".pay-figure")).to_contain_text("8.23")
    page.get_by_role("button", name="Cash", exact=False).first.click()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Next sale")).to_be_visible()
    one.next()


def _sell_on_credit(one: Till, buyer: str) -> None:
    """Nobody owes who is not named; and somebody else has to approve it."""
    page = one.page
    one.scan(TEA)
    one.owes("13.23")
    page.keyboard.press("F9")
    page.get_by_role("button", name="On account").click()
    page.keyboard.press("Enter")
    expect(page.get_by_text("A sale on credit needs a customer.")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("F3")
    page.get_by_label("Name, telephone, tax number").fill(buyer)
    page.get_by_role("button", name=buyer).click()
    page.keyboard.press("F9")
    page.get_by_role("button", name="On account").click()
    page.keyboard.press("Enter")
    page.get_by_label("Reason").fill("Pays on Sunday")
    page.get_by_role("button", name="Nora").click()
    page.get_by_label("PIN of Nora").fill(PIN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Next sale")).to_be_visible()
    one.next()
