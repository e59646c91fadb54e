"""A company trades for a while without accounting and enables it later. The replay of what was told
gives the books that it would have had from the start; told again, it changes nothing.

Both companies live the same story: goods that came at another rate than their bill, a bill dearer
than its order, freight, sales, returns on both sides, credit and debit notes, payments, advances
that were applied later, payments that were taken back, gift cards and points, and a count.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.purchases.models import Bill
from addons.purchases.models import Payment as Paid
from addons.purchases.services.payments.applying import apply_payment
from addons.purchases.services.payments.posting import reverse_payment as take_back_paid
from addons.sales.models import Invoice, Payment, SalesOrder
from addons.sales.services.applications import apply_credit
from addons.sales.services.crediting import credit_invoice, credit_return
from addons.sales.services.payments import create_payment, post_payment, reverse_payment
from addons.sales.services.posting import post_invoice
from addons.sales.services.returning import create_return, receive_return
from core.addons.lifecycle import enable
from core.events.replay import replay
from core.kernel import Kernel
from tests.sales.cards_and_points import live_with_cards_and_points
from tests.trade.whole import TRADE, Whole, ailing, balances_of, company, open_books

D = Decimal
DAY = date(2026, 3, 14)
LATER = DAY + timedelta(days=20)


def test_books_that_follow_are_those_that_were_there_from_the_start(kernel: Kernel) -> None:
    with company(kernel, *TRADE, "accounting") as early, company(kernel, *TRADE) as late:
        with kernel.session(early) as session:
            _live(session)
        with kernel.session(late) as session:
            _live(session)
        enable(kernel, late, "accounting")
        with kernel.session(late) as session:
            open_books(session)
            documents = _documents(session)
            told = replay(session, "accounting", date(2026, 1, 1))
        with kernel.session(early) as session:
            wanted, open_items = balances_of(session), _open_items(session)
            assert _documents(session) == documents
        for _ in range(2):
            with kernel.session(late) as session:
                assert balances_of(session) == wanted
                assert _open_items(session) == open_items
                assert _documents(session) == documents
                assert replay(session, "accounting", date(2026, 1, 1)) == told
        assert ailing(kernel, early) == []
        assert ailing(kernel, late) == []


def _live(session: Session) -> None:
    whole = Whole(session)
    rice = whole.buyer.product(name="Rice", sale_price=D(20))
    tea = whole.buyer.product(name="Tea", sale_price=D(30))
    _buy(whole, rice, tea)
    _sell(whole, rice, tea)
    live_with_cards_and_points(session)
    whole.count({rice: D(9), tea: D(2)})


def _buy(whole: Whole, rice: int, tea: int) -> None:
    buyer = whole.buyer
    mill = buyer.supplier(name="Mill")
    first = buyer.order("20", "5", product_id=rice, contact_id=mill)
    buyer.receive(first, "12")
    buyer.receive(first)
    dearer = [{"order_line_id": first.lines[0].id, "quantity": D(20), "price": D("5.55")}]
    bill = buyer.bill(first, lines=dearer)
    buyer.session.get_one(Bill, bill.id).match = "released"
    buyer.pay(bill, amount="60")
    bounced = buyer.pay(bill, amount="11")
    take_back_paid(buyer.session, bounced, "Bounced")
    buyer.send_back(first, "2", date=LATER)
    buyer.bill(kind="debit_note", corrects_id=bill.id, contact_id=mill, date=LATER)
    abroad = buyer.supplier(name="Garden")
    second = buyer.order(
        "8", "7", product_id=tea, contact_id=abroad, currency="EUR", rate=D("1.10")
    )
    ahead = buyer.pay(
        contact_id=abroad, order_id=second.id, amounts="30", currency="EUR", rate=D("1.15")
    )
    buyer.receive(second)
    buyer.bill(second, rate=D("1.20"))
    apply_payment(buyer.session, ahead)
    whole.land(whole.receipt_of(first.id), "14.01", LATER)


def _sell(whole: Whole, rice: int, tea: int) -> None:
    session, shop = whole.session, whole.shop
    guest = shop.customer(name="Guest house")
    lines = [{"product_id": rice, "quantity": D(9)}, {"product_id": tea, "quantity": D(5)}]
    order = shop.confirmed(lines, contact_id=guest)
    ahead = create_payment(session, {"order_id": order.id, "amount": D(40), "day": DAY})
    post_payment(session, ahead)
    free = post_payment(
        session, create_payment(session, {"contact_id": guest, "amount": D(25), "day": DAY})
    )
    shop.delivered(order)
    invoice = shop.invoiced(order)
    apply_credit(session, invoice.id, payment_id=free.id, amount=D(10), day=LATER)
    bounced = shop.paid(invoice, amount="100")
    reverse_payment(session, bounced, "Bounced", LATER)
    back = create_return(
        session,
        {
            "order_id": order.id,
            "day": LATER,
            "lines": [{"order_line_id": order.lines[0].id, "quantity": D(2)}],
        },
    )
    for note in credit_return(session, receive_return(session, back)):
        post_invoice(session, note)
    shop.paid(invoice)
    allowance = credit_invoice(session, invoice, "allowance", percent=D(10), reason="Late")
    allowance.day = LATER
    post_invoice(session, allowance)
    other = shop.invoiced(shop.delivered(shop.confirmed([lines[1] | {"quantity": D(2)}],
                                                        contact_id=guest)))  # fmt: skip
    apply_credit(session, other.id, credit_note_id=allowance.id, amount=D(7), day=LATER)
    # Both are still open: told again, nothing more of them meets.
    apply_credit(session, other.id, payment_id=free.id, amount=D(5), day=LATER)
    assert free.unused
    assert other.residual


def _documents(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """How far each document is settled."""
    return {
        "orders": [tuple(row) for row in session.execute(
            select(SalesOrder.number, SalesOrder.state).order_by(SalesOrder.id))],
        "invoices": [tuple(row) for row in session.execute(
            select(Invoice.number, Invoice.settled).order_by(Invoice.id))],
        "received": [tuple(row) for row in session.execute(
            select(Payment.number, Payment.used, Payment.state).order_by(Payment.id))],
        "bills": [tuple(row) for row in session.execute(
            select(Bill.number, Bill.open, Bill.paid_state, Bill.match).order_by(Bill.id))],
        "paid": [tuple(row) for row in session.execute(
            select(Paid.number, Paid.unapplied, Paid.state).order_by(Paid.id))],
    }  # fmt: skip


def _open_items(session: Session) -> list[tuple[object, ...]]:
    """What is open on control accounts, item by item."""
    return [tuple(row) for row in session.execute(text(
        "SELECT account.code, entry.source_type, line.date, line.due_date,"
        " line.amount - coalesce(settled.amount, 0),"
        " line.original_amount - coalesce(settled.original_amount, 0)"
        " FROM accounting.journal_line AS line"
        " JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id"
        " JOIN accounting.account ON account.id = line.account_id"
        " LEFT JOIN accounting.settled_line AS settled ON settled.line_id = line.id"
        " WHERE account.subtype IN ('receivable', 'payable')"
        " AND NOT coalesce(settled.is_closed, false) ORDER BY 1, 2, 3, 4, 5"
    ))]  # fmt: skip
