"""A buyer orders, receives in parts, is billed, and pays; and where it stands is said rightly at
every step, whatever comes more, less, dearer or back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from addons.purchases.models import Order
from addons.purchases.services.orders.closing import cancel_order, close_short
from addons.purchases.services.payments.applying import apply_payment
from addons.purchases.services.payments.posting import reverse_payment
from core.api import Conflict, InvalidInput, NeedsConfirmation
from tests.purchases.buying import Buyer


def _stands(order: Order) -> tuple[str, str, str]:
    return order.state, order.receipt_progress, order.bill_progress


def test_an_order_is_done_when_all_of_it_came_and_was_billed(buyer: Buyer) -> None:
    order = buyer.order("10", "5")
    assert order.number
    assert _stands(order) == ("approved", "none", "none")
    buyer.receive(order, "4")
    assert _stands(order) == ("approved", "partial", "none")
    first = buyer.bill(order)
    assert (first.total, first.match) == (20, "yes")
    assert _stands(order) == ("approved", "partial", "partial")
    buyer.receive(order)
    assert _stands(order) == ("approved", "full", "partial")
    second = buyer.bill(order)
    assert _stands(order) == ("done", "full", "full")
    payment = buyer.pay(first, second)
    assert (payment.amount, payment.unapplied) == (50, 0)
    assert (first.paid_state, second.paid_state) == ("paid", "paid")
    buyer.sound()


def test_what_comes_beyond_the_order_within_the_tolerance_is_complete_and_said(
    buyer: Buyer,
) -> None:
    order = buyer.order("10", "5", line={"over_tolerance": Decimal(20)})
    buyer.receive(order, "12")
    assert _stands(order) == ("approved", "over", "none")
    assert not order.open_for_receipt
    bill = buyer.bill(order)
    assert (bill.total, bill.match) == (60, "yes")
    assert _stands(order) == ("done", "over", "full")
    buyer.sound()


def test_a_little_less_is_complete_where_the_tolerance_says_so(buyer: Buyer) -> None:
    order = buyer.order("100", "1", line={"under_tolerance": Decimal(5)})
    buyer.receive(order, "94")
    assert order.open_for_receipt
    buyer.receive(order, "1")
    assert not order.open_for_receipt
    assert order.receipt_progress == "full"
    buyer.bill(order)
    assert order.state == "done"


def test_what_will_not_come_is_closed_short(buyer: Buyer) -> None:
    order = buyer.order("10", "5")
    buyer.receive(order, "7")
    close_short(buyer.session, order)
    assert (order.receipt_progress, order.open_for_receipt) == ("full", False)
    assert buyer.bill(order).total == 35
    assert order.state == "done"
    with pytest.raises(Conflict):
        close_short(buyer.session, order)
    assert [event["number"] for event in buyer.events("OrderClosed")].count(order.number) == 1


def test_what_goes_back_is_expected_again_only_where_it_is_replaced(buyer: Buyer) -> None:
    order = buyer.order("10", "5")
    buyer.receive(order, "10")
    buyer.send_back(order, "3", replace=True, reason="Broken")
    assert order.open_for_receipt
    buyer.receive(order, "3")
    buyer.send_back(order, "2")
    assert not order.open_for_receipt
    assert (order.lines[0].received, order.lines[0].returned) == (13, 5)
    bill = buyer.bill(order)
    assert (bill.total, bill.match, order.state) == (40, "yes", "done")
    buyer.sound()


def test_goods_that_go_back_after_their_bill_are_taken_off_by_a_debit_note(buyer: Buyer) -> None:
    order = buyer.order("10", "5")
    buyer.receive(order)
    bill = buyer.bill(order)
    buyer.send_back(order, "4")
    assert order.bill_progress == "over"
    note = buyer.bill(kind="debit_note", corrects_id=bill.id)
    assert (note.total, note.open, bill.open) == (20, 0, 30)
    assert (order.bill_progress, order.state) == ("full", "done")
    (applied,) = [one for one in buyer.events("DebitApplied") if one["bill_id"] == bill.id]
    assert (applied["source"], applied["source_id"]) == ("debit_note", note.id)
    assert Decimal(applied["amount"]) == 20
    buyer.sound()


def test_a_third_of_a_dozen_leaves_no_dust(buyer: Buyer) -> None:
    dozen = next(
        one for one in buyer.units() if one.code in ("dozen", "dz", "doz") or one.factor == 12
    )
    order = buyer.order("1", "12", line={"unit_id": dozen.id})
    assert order.lines[0].stock_quantity == 12
    buyer.receive_pieces(order, "4")
    first = buyer.bill(order)
    assert (first.lines[0].quantity, first.total, first.match) == (4, 4, "yes")
    for _ in range(2):
        buyer.receive_pieces(order, "4")
    assert (order.lines[0].received, order.receipt_progress) == (1, "full")
    assert buyer.bill(order).total == 8
    assert order.state == "done"
    buyer.sound()


def test_an_advance_is_billed_and_taken_off_later(buyer: Buyer) -> None:
    order = buyer.order("10", "10")
    advance = {"role": "advance", "label": "30 percent", "price": Decimal(30)}
    first = buyer.bill(order, lines=[advance])
    buyer.pay(first)
    buyer.receive(order)
    last = buyer.bill(order)
    assert [(line.role, line.net) for line in last.lines] == [("goods", 100), ("advance", -30)]
    assert (last.total, order.state) == (70, "done")
    told = buyer.events("BillPosted")[-1]
    assert [Decimal(line["net"]) for line in told["lines"]] == [100, -30]


def test_a_payment_in_advance_is_set_against_the_bill_when_it_comes(buyer: Buyer) -> None:
    order = buyer.order("10", "10")
    payment = buyer.pay(contact_id=order.contact_id, order_id=order.id, amounts="60")
    assert payment.unapplied == 60
    buyer.receive(order)
    bill = buyer.bill(order)
    apply_payment(buyer.session, payment)
    assert (payment.unapplied, bill.paid, bill.paid_state) == (0, 60, "partial")
    buyer.pay(bill, amount="40")
    assert bill.paid_state == "paid"
    reverse_payment(buyer.session, payment, "Wrong account")
    assert (bill.open, payment.state, payment.unapplied) == (60, "reversed", 0)
    with pytest.raises(Conflict):
        reverse_payment(buyer.session, payment)
    buyer.sound()


def test_one_payment_pays_several_bills_and_a_refund_comes_from_a_debit_note(
    buyer: Buyer,
) -> None:
    supplier = buyer.supplier()
    orders = [buyer.order("1", price, contact_id=supplier) for price in ("10", "20")]
    for order in orders:
        buyer.receive(order)
    bills = [buyer.bill(order) for order in orders]
    payment = buyer.pay(*bills)
    assert payment.amount == 30
    told = buyer.events("SupplierPaid")[-1]
    assert [(one["bill_id"], Decimal(one["amount"])) for one in told["bills"]] == [
        (bills[0].id, 10),
        (bills[1].id, 20),
    ]
    buyer.send_back(orders[0], "1")
    note = buyer.bill(kind="debit_note", corrects_id=bills[0].id)
    assert note.open == 10
    refund = buyer.pay(note, kind="refund")
    assert (refund.amount, note.paid_state) == (10, "paid")
    buyer.sound()


def test_the_order_of_another_currency_keeps_the_rate_that_was_typed(buyer: Buyer) -> None:
    order = buyer.order("10", "5", currency="EUR", rate=Decimal("1.10"))
    assert (order.company_total, order.rate) == (Decimal("55.00"), Decimal("1.10"))
    buyer.receive(order)
    bill = buyer.bill(order, rate=Decimal("1.20"))
    assert (bill.currency, bill.lines[0].company_net) == ("EUR", Decimal("60.00"))
    payment = buyer.pay(bill, rate=Decimal("1.25"))
    assert payment.currency == "EUR"
    assert Decimal(buyer.events("SupplierPaid")[-1]["rate"]) == Decimal("1.25")


def test_services_come_by_a_receipt_and_costs_name_the_order_that_bears_them(
    buyer: Buyer,
) -> None:
    service = buyer.product(kind="service")
    order = buyer.order("2", "100", product_id=service)
    assert order.lines[0].kind == "service"
    buyer.receive(order, "1")
    freight = {
        "role": "landed_cost",
        "label": "Freight",
        "price": Decimal(15),
        "order_id": order.id,
    }
    work = {"order_line_id": order.lines[0].id, "quantity": Decimal(1)}
    bill = buyer.bill(order, lines=[work, freight])
    assert (bill.total, bill.match) == (115, "yes")
    lines = buyer.events("BillPosted")[-1]["lines"]
    assert [(line["role"], line["order_id"]) for line in lines] == [
        ("expense", order.id),
        ("landed_cost", order.id),
    ]


def test_an_order_is_cancelled_only_as_long_as_nothing_came(buyer: Buyer) -> None:
    order = buyer.order()
    cancel_order(buyer.session, order)
    assert order.state == "cancelled"
    other = buyer.order()
    buyer.receive(other, "1")
    with pytest.raises(Conflict, match="were received"):
        cancel_order(buyer.session, other)
    billed = buyer.order("2", "5", product_id=buyer.product(kind="service"))
    advance = {"role": "advance", "label": "Advance", "price": Decimal(5)}
    buyer.bill(billed, lines=[advance])
    with pytest.raises(Conflict, match="names"):
        cancel_order(buyer.session, billed)


def test_more_billed_than_ordered_is_asked_about(buyer: Buyer) -> None:
    order = buyer.order("10", "5")
    buyer.receive(order)
    with pytest.raises(NeedsConfirmation):
        buyer.bill(order, lines=[{"order_line_id": order.lines[0].id, "quantity": Decimal(11)}])
    assert order.lines[0].stock_billed == 0


def test_a_bill_of_nothing_is_no_bill(buyer: Buyer) -> None:
    with pytest.raises(InvalidInput) as caught:
        buyer.bill(contact_id=buyer.supplier(), lines=[])
    assert caught.value.problems[0].field == "lines"
