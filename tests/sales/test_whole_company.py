"""A company with books, taxes and a warehouse: what is delivered leaves the stock, what is invoiced
is in the books with its VAT, and what the books settle reaches the invoices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import (
    WriteOff,
    ensure_account,
    open_items,
    settle,
    settlements_of_lines,
    undo_settlement,
)
from addons.accounting.models import Account, JournalEntry
from addons.accounting.models.terms import PartnerTerms
from addons.accounting.services.locks import move_lock
from addons.accounting.services.payments.agreed import save_partner_terms
from addons.sales.models import CreditOverride, Delivery, SoldLine
from addons.sales.services.advances import invoice_advance
from addons.sales.services.confirming import confirm_order
from addons.sales.services.crediting import credit_invoice, credit_return
from addons.sales.services.payments import create_payment, post_payment
from addons.sales.services.posting import post_invoice
from addons.sales.services.returning import create_return, receive_return
from core.api import AppError
from core.errors import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import DAY, Shop, stocked, whole_company

D = Decimal


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with whole_company(kernel) as tenant:
        yield tenant


def owed(session: Session) -> Decimal:
    """What the books say that customers owe."""
    control = select(Account.id).where(Account.subtype == "receivable")
    return sum(
        (item.owed for item in open_items(session, account_ids=session.scalars(control))), D(0)
    )


def goods(shop: Shop, quantity: str = "10", cost: str = "60", **more: Any) -> int:
    """A product of 100 SAR with VAT, in stock."""
    product = shop.product("100", tax_group="standard", **more)
    stocked(shop.session, product, quantity, cost)
    return product


def sold(shop: Shop, quantity: str = "2", **more: Any) -> Any:
    """A confirmed order of goods in stock."""
    line = {"product_id": goods(shop), "quantity": D(quantity)}
    return confirm_order(shop.session, shop.order(line, **more))


def test_goods_leave_the_stock_and_the_invoice_is_in_the_books(shop: Shop) -> None:
    order = sold(shop)
    shop.delivered(order, "1")
    delivery = shop.session.scalars(select(Delivery).where(Delivery.order_id == order.id)).one()
    assert (order.lines[0].delivered, delivery.lines[0].value) == (1, 60)
    shop.delivered(order)
    invoice = shop.invoiced(order)
    assert (invoice.net, invoice.tax, invoice.total) == (200, 30, 230)
    assert owed(shop.session) == 230
    entry = shop.session.scalars(
        select(JournalEntry).where(
            JournalEntry.source_type == "sales.invoice", JournalEntry.source_id == str(invoice.id)
        )
    ).one()
    assert entry.state == "posted"
    line = shop.session.scalars(select(SoldLine).where(SoldLine.invoice_id == invoice.id)).one()
    assert (line.company_net, line.cost, line.margin) == (200, 120, 80)
    shop.paid(invoice)
    assert (owed(shop.session), invoice.payment_progress, order.state) == (0, "paid", "done")


def test_a_return_comes_back_at_its_cost_and_is_credited_at_the_price_sold(shop: Shop) -> None:
    order = shop.delivered(sold(shop, discount_percent=D(10)))
    invoice = shop.invoiced(order)
    assert invoice.total == 207
    line = {"order_line_id": order.lines[0].id, "quantity": D(1)}
    back = create_return(shop.session, {"order_id": order.id, "lines": [line], "reason": "Broken"})
    receive_return(shop.session, back)
    assert (order.lines[0].returned, back.lines[0].value, back.state) == (1, 60, "received")
    (note,) = credit_return(shop.session, back)
    post_invoice(shop.session, note)
    assert (note.total, note.number, invoice.residual) == (D("103.50"), "CN/2026/00001", D("103.5"))
    assert owed(shop.session) == D("103.50")
    line = {"order_line_id": order.lines[0].id, "quantity": D(2)}
    with pytest.raises(InvalidInput, match="can come back"):
        create_return(shop.session, {"order_id": order.id, "lines": [line]})


def test_what_is_replaced_is_delivered_again_and_not_credited(shop: Shop) -> None:
    order = shop.delivered(sold(shop))
    shop.invoiced(order)
    back = create_return(shop.session, {"order_id": order.id, "replace": True})
    receive_return(shop.session, back)
    assert (order.lines[0].delivered, order.delivery_progress) == (0, "nothing")
    with pytest.raises(Conflict, match="replaced"):
        credit_return(shop.session, back)
    shop.delivered(order)
    assert (order.lines[0].delivered, order.state) == (2, "done")


def test_stock_that_is_short_is_not_delivered(shop: Shop) -> None:
    order = sold(shop, "11")
    with pytest.raises(AppError), shop.session.begin_nested():
        shop.delivered(order)
    shop.session.expire_all()
    shop.delivered(order, "10")
    assert (order.lines[0].delivered, order.delivery_progress) == (10, "partly")


def test_an_advance_bears_vat_and_is_taken_off_again(shop: Shop) -> None:
    order = sold(shop)
    advance = invoice_advance(shop.session, order, percent=D(50))
    advance.day = DAY
    post_invoice(shop.session, advance)
    assert (advance.net, advance.tax, advance.total) == (100, 15, 115)
    with pytest.raises(InvalidInput, match="Advances"):
        invoice_advance(shop.session, order, percent=D(60))
    shop.paid(advance)
    invoice = shop.invoiced(shop.delivered(order))
    assert (invoice.net, invoice.tax, invoice.total) == (100, 15, 115)
    assert [line.role for line in invoice.lines] == ["sale", "advance"]
    shop.paid(invoice)
    assert (owed(shop.session), order.state) == (0, "done")


def test_a_share_of_coins_that_were_paid_in_advance_is_not_credited_below_nothing(
    shop: Shop,
) -> None:
    lines = [
        {"product_id": goods(shop), "quantity": D(1), "price": D("0.01"), "taxes": []}
        for _ in range(2)
    ]
    order = confirm_order(shop.session, shop.order(*lines))
    advance = invoice_advance(shop.session, order, percent=D(100))
    advance.day = DAY
    post_invoice(shop.session, advance)
    invoice = shop.invoiced(shop.delivered(order))
    assert (len(invoice.lines), invoice.total) == (3, 0)
    with pytest.raises(InvalidInput, match="less than nothing"):
        credit_invoice(shop.session, invoice, "allowance", percent=D(40))
    whole = post_invoice(shop.session, credit_invoice(shop.session, invoice, "cancellation"))
    assert whole.total == 0


def test_what_the_books_settle_reaches_the_invoice_once(shop: Shop) -> None:
    invoice = shop.invoiced(shop.delivered(sold(shop)))
    shop.paid(invoice, amount="200")
    assert invoice.settled == 200
    control = shop.session.scalars(select(Account.id).where(Account.subtype == "receivable"))
    items = open_items(shop.session, account_ids=control.all(), partner_id=invoice.contact_id)
    ensure_account(shop.session, "Expenses:Written off", "Written off", "expense")
    made = settle(
        shop.session,
        [item.line_id for item in items],
        write_off=WriteOff(account="Expenses:Written off", tolerance=D(30)),
    )
    assert (invoice.settled, invoice.payment_progress) == (230, "paid")
    undo_settlement(shop.session, made.id)
    assert (invoice.settled, invoice.payment_progress) == (200, "partly")


def test_a_settlement_undone_in_the_books_opens_the_invoice(shop: Shop) -> None:
    invoice = shop.invoiced(shop.delivered(sold(shop)))
    payment = shop.paid(invoice)
    lines = (
        shop.session.scalars(
            select(JournalEntry).where(JournalEntry.source_type == "sales.payment")
        )
        .all()[-1]
        .lines
    )
    (found,) = settlements_of_lines(shop.session, [line.id for line in lines])
    undo_settlement(shop.session, found.id)
    assert (invoice.residual, payment.unused) == (230, 230)


def test_money_paid_ahead_for_an_order_pays_its_invoice(shop: Shop) -> None:
    order = sold(shop)
    ahead = create_payment(shop.session, {"order_id": order.id, "amount": D(100), "day": DAY})
    post_payment(shop.session, ahead)
    invoice = shop.invoiced(shop.delivered(order))
    assert (invoice.residual, ahead.unused, owed(shop.session)) == (130, 0, 130)


def test_refunds_pay_back_credit_and_no_more(shop: Shop) -> None:
    customer = shop.customer()
    values = {"contact_id": customer, "amount": D(50), "day": DAY}
    ahead = post_payment(shop.session, create_payment(shop.session, values))
    too_much = create_payment(shop.session, {**values, "kind": "refund", "amount": D(60)})
    with pytest.raises(InvalidInput, match="no such credit"), shop.session.begin_nested():
        post_payment(shop.session, too_much)
    refund = post_payment(shop.session, create_payment(shop.session, {**values, "kind": "refund"}))
    assert (refund.unused, ahead.unused) == (0, 0)
    control = shop.session.scalars(select(Account.id).where(Account.subtype == "receivable"))
    assert open_items(shop.session, account_ids=control, partner_id=customer) == []


def test_a_credit_limit_stops_until_somebody_may_and_says_why(shop: Shop) -> None:
    customer = shop.customer()
    agreed = {"partner_id": customer, "credit_limit": D(250), "credit_policy": "stop"}
    save_partner_terms(shop.session, PartnerTerms(), agreed)
    sold(shop, contact_id=customer)
    line = {"product_id": goods(shop), "quantity": D(1)}
    beyond = shop.order(line, contact_id=customer)
    with pytest.raises(InvalidInput) as raised:
        confirm_order(shop.session, beyond)
    assert raised.value.problems[0].field == "credit_reason"
    beyond.credit_reason = "The manager vouches"
    confirm_order(shop.session, beyond)
    kept = shop.session.scalars(select(CreditOverride)).one()
    assert (kept.ordered, kept.amount, kept.reason) == (230, 115, "The manager vouches")


def test_a_closed_day_takes_no_invoice_and_no_payment(shop: Shop) -> None:
    order = shop.delivered(sold(shop))
    move_lock(shop.session, "everything", date(2026, 2, 28))
    with pytest.raises(AppError, match="locked"):
        shop.invoiced(order, day=date(2026, 2, 1))


def test_a_currency_without_a_rate_is_named(shop: Shop) -> None:
    order = shop.order({"product_id": shop.product(), "price": D(5)}, currency="EUR")
    with pytest.raises(AppError, match="EUR"):
        confirm_order(shop.session, order)
