"""A day at a till: sold without a network and through restarts, closed, brought to the books."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from playwright.sync_api import expect

from core.repairs.checking import check_invariants
from core.repairs.finding import failing_invariants
from tests.pos.app.till import PIN, Shop, Till


def test_a_whole_day_without_a_network_reaches_the_books_once(
    till: Callable[..., Till], shop: Shop
) -> None:
    one = till()
    one.bind()
    one.sign_in()
    one.begin()
    one.until_synced()
    one.page.evaluate("navigator.serviceWorker.ready")
    one.context.set_offline(True)

    one.scan("6281000000014")
    one.scan("6281000000045")
    one.owes("69.58")
    one.page.reload()  # the basket outlasts it
    one.sign_in()
    one.owes("69.58")
    one.pay_cash("100")
    expect(one.page.get_by_text("Change:")).to_contain_text("30.42")
    first = one.page.get_by_text("R01-1-").first.inner_text()
    one.next()

    _sell_with_an_approved_discount(one)
    _sell_to_somebody_new_after_holding(one)
    _take_one_back(one, first)
    _take_cash_out(one)
    _close(one)
    expect(one.page.get_by_text("Waiting for the sync")).to_be_visible()
    one.page.reload()
    assert shop.states() == {"accepted": 1}  # the session's opening

    one.context.set_offline(False)
    one.until_synced()
    shop.book()
    assert shop.states() == {"done": 7}
    one.until_synced()
    assert shop.rows("SELECT count(*), count(DISTINCT number) FROM pos.sale") == [(4, 4)]
    totals = shop.rows("SELECT sum(total) FROM pos.sale")
    payments = shop.rows("SELECT sum(amount) FROM pos.sale_payment")
    assert totals == payments
    assert totals[0][0] > Decimal("60")
    closed = shop.rows("SELECT state FROM pos.session")
    assert closed == [("closed",)]
    made = shop.rows("SELECT count(*) FROM contacts.contact WHERE name = 'Huda Noor'")
    assert made == [(1,)]
    with shop.kernel.session(shop.tenant) as session:
        check_invariants(session)
        assert failing_invariants(session) == []


def _sell_with_an_approved_discount(one: Till) -> None:
    """More than the cashier may give: somebody else approves it, with a reason."""
    page = one.page
    one.scan("6281000000052")
    page.keyboard.press("F6")
    page.get_by_label("In percent").fill("25")
    page.keyboard.press("Enter")
    page.get_by_label("Reason").fill("Box is dented")
    page.get_by_role("button", name="Nora").click()
    page.get_by_label("PIN of Nora").fill(PIN)
    page.keyboard.press("Enter")
    one.owes("30.19")
    one.pay_cash()
    one.next()


def _sell_to_somebody_new_after_holding(one: Till) -> None:
    page = one.page
    one.scan("6281000000021")
    page.keyboard.press("F7")
    page.get_by_label("Name, to find it again").fill("Umbrella")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing in the basket")).to_be_visible()
    page.reload()
    one.sign_in()
    page.keyboard.press("F7")
    page.get_by_role("button", name="Umbrella").click()
    expect(page.get_by_label("Basket").get_by_text("Black tea 250 g")).to_be_visible()
    page.keyboard.press("F3")
    page.get_by_label("Name, telephone, tax number").fill("Huda Noor")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Huda Noor")).to_be_visible()
    one.pay_cash()
    one.next()


def _take_one_back(one: Till, number: str) -> None:
    page = one.page
    one.scan(number)
    page.get_by_role("button", name="One more of Green tea").click()
    page.keyboard.press("F9")
    one.owes("Pay out")
    page.keyboard.press("F9")
    expect(page.get_by_role("heading", name="Pay out")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Paid out:")).to_contain_text("13.23")
    one.next()


def _take_cash_out(one: Till) -> None:
    page = one.page
    page.keyboard.press("F10")
    page.get_by_role("button", name="Cash in or out").click()
    page.get_by_label("Amount").fill("50")
    page.get_by_label("Reason").fill("To the safe")
    page.keyboard.press("Enter")
    expect(page.get_by_text("taken out.")).to_be_visible()


def _close(one: Till) -> None:
    page = one.page
    page.keyboard.press("F10")
    page.get_by_role("button", name="Session and closing").click()
    expect(page.get_by_role("heading", name="X report")).to_be_visible()
    page.get_by_role("button", name="Close the till").click()
    page.get_by_label("How many of SAR 100").fill("2")
    page.get_by_role("button", name="Close the till").click()
    page.get_by_label("Reason").fill("Counted twice")
    page.get_by_role("button", name="Nora").click()
    page.get_by_label("PIN of Nora").fill(PIN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Z report")).to_be_visible()
