"""Two registers sell at once without a network; the clock of one is wrong, and its browser keeps
nothing for certain. What one sold the other takes back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from core.repairs.checking import check_invariants
from core.repairs.finding import failing_invariants
from tests.pos.app.till import Shop, Till

HOURS = 3
_AHEAD = f"""
(() => {{
  window.ahead = {HOURS} * 3_600_000;
  const Right = Date;
  window.Date = class extends Right {{
    constructor(...given) {{ super(...(given.length ? given : [Right.now() + ahead])); }}
    static now() {{ return Right.now() + ahead; }}
  }};
  StorageManager.prototype.persisted = StorageManager.prototype.persist = async () => false;
}})();
"""


def test_two_registers_offline_at_once_and_a_refund_of_the_others_sale(
    till: Callable[..., Till], shop: Shop
) -> None:
    one, other = till(), till()
    other.context.add_init_script(_AHEAD)
    for device, register in ((one, "R01"), (other, "R02")):
        device.bind(register)
        device.sign_in()
        device.begin()
        device.until_synced()
        device.context.set_offline(True)
    for device in (one, other, one, other):
        _sell(device)
    for device in (other, one):
        device.context.set_offline(False)
        device.until_synced()
    shop.book()
    assert shop.rows("SELECT number, 'clock' = ANY(flags) FROM pos.sale ORDER BY number") == [
        ("R01-1-00001", False),
        ("R01-1-00002", False),
        ("R02-1-00001", True),
        ("R02-1-00002", True),
    ]

    _take_back(other, "R01-1-00001")
    other.until_synced()
    shop.book()
    _says_what_is_wrong_with_the_device(other)
    _says_how_old_the_prices_are(other)
    assert shop.rows(
        "SELECT sale.number FROM pos.sale_line AS back JOIN pos.sale_line AS sold"
        " ON sold.id = back.returns_line_id JOIN pos.sale ON sale.id = sold.sale_id"
    ) == [("R01-1-00001",)]
    assert shop.states() == {"done": 7}
    with shop.kernel.session(shop.tenant) as session:
        check_invariants(session)
        assert failing_invariants(session) == []


def _sell(device: Till) -> None:
    device.scan("6281000000014")
    device.owes("13.23")
    device.pay_cash()
    device.next()


def _take_back(device: Till, number: str) -> None:
    page = device.page
    device.scan(number)
    page.get_by_role("button", name="One more of Green tea").click()
    page.keyboard.press("F9")
    device.owes("Pay out")
    page.keyboard.press("F9")
    expect(page.get_by_role("heading", name="Pay out")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Paid out:")).to_contain_text("13.23")
    device.next()


def _says_how_old_the_prices_are(device: Till) -> None:
    """Two days without a network."""
    page = device.page
    device.context.set_offline(True)
    page.evaluate("window.ahead += 2 * 86_400_000")
    page.get_by_role("button", name="Back").click()
    device.sign_in()
    page.get_by_role("button", name="Old prices").click()
    expect(page.get_by_text("as of ")).to_be_visible()


def _says_what_is_wrong_with_the_device(device: Till) -> None:
    """To whoever looks at the till, and to the office."""
    page = device.page
    page.get_by_role("button", name="Amal: lock the till").click()
    page.get_by_role("button", name="This device").click()
    expect(page.get_by_text("This browser may delete what the till keeps")).to_be_visible()
    expect(page.get_by_text("10,8")).to_be_visible()  # seconds, within a quarter of a minute
    told = device.shop.rows(
        "SELECT binding.persisted, round(clock_skew_ms / 3600000.0) FROM pos.binding"
        " JOIN pos.register ON register.id = register_id WHERE code = 'R02'"
    )
    assert told == [(False, HOURS)]
