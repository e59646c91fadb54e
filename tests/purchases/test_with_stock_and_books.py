"""Where stock and books are kept, an order's goods go through the stock, its bill and payment into
the books, and received-not-billed comes to nothing whatever the bill says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from addons.accounting.api import (
    EntryDraft,
    LineDraft,
    OpenItem,
    ensure_account,
    open_items,
    post_entry,
    settle,
    undo_settlement,
)
from addons.accounting.models import Account, JournalEntry, Period
from addons.accounting.options import AccountingOptions
from addons.accounting.services.ledger import seal_now
from addons.catalog.api import stock
from addons.inventory.services.valuation.as_of import valuation_as_of
from addons.purchases.models import Order, Received
from addons.purchases.options import PurchasesOptions
from addons.purchases.reactions.accounting import OrderedCommitments
from addons.purchases.services.orders.closing import cancel_order, close_short
from addons.purchases.services.payments.applying import apply_payment
from addons.purchases.services.payments.posting import reverse_payment
from addons.purchases.services.sample import fill
from core.api import AppError, Conflict, set_options
from core.auth.models import Branch
from tests.purchases.buying import DAY, Buyer

RECEIVED = "Liabilities:Goods received"
PAYABLE = "Liabilities:Payables"


@pytest.fixture(autouse=True)
def _bank(trader: Buyer) -> None:
    ensure_account(trader.session, "Assets:Bank", "Bank", "asset", subtype="bank")
    chosen = {}
    for which, kind in (("gain", "income"), ("loss", "expense")):
        chosen[f"exchange_{which}_account"] = f"Exchange:{which}"
        ensure_account(trader.session, f"Exchange:{which}", which, kind)  # type: ignore[arg-type]
    set_options(trader.session, AccountingOptions, **chosen)


def _booked(buyer: Buyer, account: str) -> Decimal:
    """What stands on an account."""
    buyer.session.flush()
    found = buyer.session.scalar(
        text(
            "SELECT sum(line.amount) FROM accounting.journal_line AS line"
            " JOIN accounting.account AS account ON account.id = line.account_id"
            " WHERE account.code = :code"
        ),
        {"code": account},
    )
    return found or Decimal(0)


def _on_hand(buyer: Buyer, product: int) -> Decimal:
    keeper = stock(buyer.session)
    assert keeper is not None
    found = keeper.available(buyer.session, [product], None).get(product)
    return found.on_hand if found else Decimal(0)


def _worth(buyer: Buyer, product: int) -> Decimal:
    """What the stock of a product is worth."""
    buyer.session.flush()
    return sum((one.value for one in valuation_as_of(buyer.session, DAY, [product])), Decimal(0))


def test_goods_go_through_the_stock_and_the_order_knows_at_once(trader: Buyer) -> None:
    order = trader.order("10", "5")
    product = order.lines[0].product_id or 0
    trader.receive(order, "4")
    assert (_on_hand(trader, product), order.lines[0].received) == (4, 4)
    (came,) = trader.session.scalars(select(Received).where(Received.order_id == order.id))
    assert came.source_type == "inventory.transfer"
    trader.receive(order)
    assert order.receipt_progress == "full"
    trader.send_back(order, "3")
    assert (_on_hand(trader, product), order.lines[0].stock_kept) == (7, 7)
    assert trader.bill(order).total == 35
    assert order.state == "done"
    assert _booked(trader, RECEIVED) == 0
    trader.sound()


def test_goods_go_back_at_the_price_of_their_order_before_they_are_billed(trader: Buyer) -> None:
    first = trader.order("10", "1")
    product = first.lines[0].product_id or 0
    trader.receive(first)
    trader.bill(first)
    second = trader.order("10", "5", line={"product_id": product})
    trader.receive(second)
    trader.send_back(second, "4")
    assert (_booked(trader, RECEIVED), _worth(trader, product)) == (-30, 40)
    assert trader.bill(second).total == 30
    assert (_booked(trader, RECEIVED), _worth(trader, product)) == (0, 40)
    trader.sound()


def test_goods_that_were_billed_go_back_and_the_debit_note_clears_them(trader: Buyer) -> None:
    order = trader.order("10", "5")
    product = order.lines[0].product_id or 0
    trader.receive(order)
    bill = trader.bill(order)
    trader.send_back(order, "4")
    assert (_booked(trader, RECEIVED), _worth(trader, product)) == (20, 30)
    note = trader.bill(kind="debit_note", corrects_id=bill.id)
    assert note.total == 20
    assert _booked(trader, RECEIVED) == 0
    trader.sound()


def test_a_bill_that_was_taken_back_whole_and_entered_again_leaves_nothing_open(
    trader: Buyer,
) -> None:
    order = trader.order("9", "10")
    product = order.lines[0].product_id or 0
    trader.receive(order)
    wrong = {"order_line_id": order.lines[0].id, "quantity": Decimal(3), "price": Decimal("2.34")}
    bill = trader.bill(order, lines=[wrong])
    trader.bill(kind="debit_note", corrects_id=bill.id)
    assert (order.lines[0].stock_billed, _booked(trader, RECEIVED)) == (0, -90)
    assert trader.bill(order).net == 90
    assert (_booked(trader, RECEIVED), _worth(trader, product)) == (0, 90)
    trader.sound()


def test_a_lower_price_is_an_allowance_and_keeps_the_goods_billed(trader: Buyer) -> None:
    order = trader.order("10", "5")
    product = order.lines[0].product_id or 0
    trader.receive(order)
    bill = trader.bill(order)
    lower = {"order_line_id": order.lines[0].id, "quantity": Decimal(10), "price": Decimal(1)}
    lines = [{**lower, "price_only": True}]
    assert trader.bill(kind="debit_note", corrects_id=bill.id, lines=lines).net == 10
    assert (_booked(trader, RECEIVED), _worth(trader, product)) == (0, 40)
    assert order.lines[0].stock_billed == 10
    trader.sound()


def test_what_the_supplier_replaces_is_expected_once_more(trader: Buyer) -> None:
    order = trader.order("10", "5")
    product = order.lines[0].product_id or 0
    trader.receive(order)
    trader.send_back(order, "4", replace=True)
    assert (order.receipt_progress, _on_hand(trader, product)) == ("partial", 6)
    trader.receive(order)
    assert (order.receipt_progress, _on_hand(trader, product)) == ("full", 10)
    assert trader.bill(order).total == 50
    assert (_booked(trader, RECEIVED), _worth(trader, product)) == (0, 50)
    trader.sound()


@pytest.mark.parametrize("price", ["5.00", "5.75", "4.10"])
def test_received_not_billed_clears_whatever_the_bill_asks(trader: Buyer, price: str) -> None:
    order = trader.order("10", "5")
    trader.receive(order)
    assert _booked(trader, RECEIVED) == -50
    line = {
        "order_line_id": order.lines[0].id,
        "quantity": Decimal(10),
        "price": Decimal(price),
    }
    bill = trader.bill(order, lines=[line])
    assert _booked(trader, RECEIVED) == 0
    assert _booked(trader, PAYABLE) == -bill.total
    trader.sound()


def test_the_difference_of_rates_between_receipt_and_bill_is_no_price(trader: Buyer) -> None:
    order = trader.order("10", "5", currency="EUR", rate=Decimal("1.10"))
    trader.receive(order)
    assert _booked(trader, RECEIVED) == -55
    bill = trader.bill(order, rate=Decimal("1.20"))
    assert bill.match == "yes"
    assert _booked(trader, RECEIVED) == 0
    payment = trader.pay(bill, rate=Decimal("1.30"))
    assert (payment.account, bill.paid_state) == ("Assets:Bank", "paid")
    assert _booked(trader, PAYABLE) == 0
    assert _booked(trader, "Assets:Bank") == -65
    trader.sound()


def test_an_advance_is_open_in_the_books_until_a_bill_takes_it(trader: Buyer) -> None:
    order = trader.order("10", "10")
    payment = trader.pay(contact_id=order.contact_id, order_id=order.id, amounts="60")
    assert _booked(trader, PAYABLE) == 60
    trader.receive(order)
    bill = trader.bill(order)
    apply_payment(trader.session, payment)
    seal_now(trader.session)
    assert (bill.open, bill.books_paid, _open(trader, order)) == (40, 0, [-40])
    reverse_payment(trader.session, payment, "Bounced")
    assert (bill.open, bill.books_paid, sum(_open(trader, order))) == (100, 0, -100)
    trader.sound()


def test_a_payment_entered_in_the_books_reaches_the_bill_and_is_not_counted_twice(
    trader: Buyer,
) -> None:
    order = trader.order("10", "10")
    trader.receive(order)
    bill = trader.bill(order)
    trader.pay(bill, amount="30")
    assert (bill.paid, bill.books_paid) == (30, 0)
    lines = (LineDraft(PAYABLE, Decimal(50)), LineDraft("Assets:Bank", Decimal(-50)))
    post_entry(trader.session, EntryDraft(DAY, lines, partner_id=order.contact_id))
    settlement = settle(trader.session, [item.line_id for item in _items(trader, order)])
    assert (bill.paid, bill.books_paid, bill.open) == (80, 50, 20)
    undo_settlement(trader.session, settlement.id)
    assert (bill.paid, bill.books_paid, bill.open) == (30, 0, 70)
    trader.sound()


def test_what_will_not_come_is_no_longer_expected_by_the_stock(trader: Buyer) -> None:
    order = trader.order("10", "5")
    product = order.lines[0].product_id or 0
    keeper = stock(trader.session)
    assert keeper is not None
    assert keeper.available(trader.session, [product], None)[product].incoming == 10
    trader.receive(order, "6")
    close_short(trader.session, order)
    left = keeper.available(trader.session, [product], None)[product]
    assert (left.on_hand, left.incoming) == (6, 0)
    other = trader.order("10", "5")
    cancel_order(trader.session, other)
    gone = keeper.available(trader.session, [other.lines[0].product_id or 0], None)
    assert all(one.incoming == 0 for one in gone.values())


def test_a_closed_day_takes_nothing(trader: Buyer) -> None:
    order = trader.order("10", "5")
    trader.session.query(Period).filter(Period.start_date <= DAY, Period.end_date >= DAY).update(
        {"state": "closed"}
    )
    trader.session.flush()
    for deed in (trader.receive, trader.bill):
        with pytest.raises(AppError), trader.session.begin_nested():
            deed(order)
    assert trader.order().number, "an order posts nothing"
    assert trader.session.get_one(Order, order.id).receipt_progress == "none"


def test_more_than_the_stock_was_told_to_expect_goes_in_where_somebody_may(
    trader: Buyer,
) -> None:
    order = trader.order("10", "5", line={"over_tolerance": Decimal(20)})
    trader.receive(order, "12")
    assert order.receipt_progress == "over"
    assert _on_hand(trader, order.lines[0].product_id or 0) == 12
    with pytest.raises(Conflict):
        cancel_order(trader.session, order)


def test_what_is_ordered_is_committed_in_budgets_until_it_is_billed(trader: Buyer) -> None:
    set_options(trader.session, PurchasesOptions, expense_account="Expenses:Paper")
    account = ensure_account(trader.session, "Expenses:Paper", "Paper", "expense")
    key = trader.session.scalar(select(Account.id).where(Account.code == "Expenses:Paper"))
    assert account
    port = OrderedCommitments()

    def committed() -> Decimal:
        month = (date(2026, 3, 1), date(2026, 3, 31))
        return port.committed(trader.session, [key or 0], *month, None)

    order = trader.order("10", "5", expected_on=DAY)
    assert committed() == 50
    trader.receive(order, "4")
    trader.bill(order)
    assert committed() == 30
    close_short(trader.session, order)
    assert committed() == 0
    assert port.committed(trader.session, [], DAY, DAY, None) == 0


def test_a_sample_company_buys_from_draft_to_payment(trader: Buyer) -> None:
    for name in ("Basmati", "Tea leaves", "Sugar cane"):
        trader.product(name=name, sale_price=Decimal(30))
    fill(trader.session)
    orders = trader.session.scalars(select(Order)).all()
    assert {order.state for order in orders} == {"draft", "approved", "done"}
    assert {order.receipt_progress for order in orders} == {"none", "partial", "full"}
    trader.sound()


def test_an_advance_that_is_paid_back_leaves_nothing_open(trader: Buyer) -> None:
    supplier = trader.supplier()
    branch = Branch(name="Jeddah")
    trader.session.add(branch)
    trader.session.flush()
    order = trader.order(contact_id=supplier, branch_id=branch.id)
    ahead = trader.pay(contact_id=supplier, order_id=order.id, amounts="50")
    back = trader.pay(contact_id=supplier, kind="refund", amounts="30")
    assert (ahead.unapplied, back.unapplied, _open(trader, order)) == (20, 0, [20])
    trader.pay(contact_id=supplier, kind="refund", amounts="20")
    assert (ahead.unapplied, _open(trader, order)) == (0, [])
    entry = trader.session.scalars(
        select(JournalEntry).where(
            JournalEntry.source_type == "purchases.payment",
            JournalEntry.source_id == str(ahead.id),
        )
    ).one()
    assert (ahead.branch_id, entry.branch_id) == (branch.id, branch.id)
    assert trader.receive(order).branch_id == branch.id
    trader.sound()


def _items(buyer: Buyer, order: Order) -> list[OpenItem]:
    account = buyer.session.scalar(select(Account.id).where(Account.code == PAYABLE))
    return open_items(buyer.session, account_ids=[account or 0], partner_id=order.contact_id)


def _open(buyer: Buyer, order: Order) -> list[Decimal]:
    return [item.owed for item in _items(buyer, order)]
