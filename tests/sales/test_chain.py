"""The chain of documents: an order is confirmed, delivered, invoiced and paid, each in parts, and
says at every step how far it has come."""

from __future__ import annotations

from decimal import Decimal

import pytest

from addons.sales.services.amending import amend
from addons.sales.services.applications import apply_credit
from addons.sales.services.confirming import cancel_order, close_rest, confirm_order, hold, release
from addons.sales.services.crediting import credit_invoice
from addons.sales.services.invoicing import invoice_orders
from addons.sales.services.payments import reverse_payment
from addons.sales.services.posting import post_invoice
from addons.sales.services.quoting import begin_version, lose, mark_sent, take_option
from core.errors import Conflict, InvalidInput, NeedsConfirmation
from tests.sales.conftest import Shop


def test_an_order_goes_all_the_way(shop) -> None:
    order = shop.sold("10", "12.50")
    assert (order.number, order.state, order.total) == ("SO/2026/00001", "confirmed", Decimal(125))
    shop.delivered(order)
    invoice = shop.invoiced(order)
    assert (invoice.number, invoice.total) == ("INV/2026/00001", Decimal(125))
    payment = shop.paid(invoice)
    assert (payment.number, payment.unused) == ("RCT/2026/00001", 0)
    assert (invoice.payment_progress, order.state) == ("paid", "done")


def test_every_step_can_be_partial(shop) -> None:
    order = shop.sold("10", "10")
    shop.delivered(order, "4")
    assert (order.delivery_progress, order.lines[0].delivered) == ("partly", 4)
    first = shop.invoiced(order)
    assert (first.total, order.invoice_progress) == (40, "partly")
    shop.delivered(order, "6")
    second = shop.invoiced(order)
    assert second.total == 60
    payment = shop.paid(first, second, amount="75")
    assert (first.residual, second.residual, payment.unused) == (0, 25, 0)
    assert (order.state, second.payment_progress) == ("done", "partly")


def test_nothing_is_invoiced_before_it_is_delivered_unless_that_was_agreed(shop) -> None:
    order = shop.sold()
    with pytest.raises(Conflict, match="left to be invoiced"):
        invoice_orders(shop.session, [order.id])
    ahead = shop.invoiced(order, "percent", percent=Decimal(30))
    assert ahead.lines[0].quantity == 3
    rest = shop.invoiced(order, "ordered")
    assert rest.total == 70
    with pytest.raises(Conflict):
        invoice_orders(shop.session, [order.id], "ordered")


def test_several_orders_of_a_customer_become_one_invoice(shop) -> None:
    customer = shop.customer()
    orders = [shop.delivered(shop.sold(contact_id=customer)) for _ in range(3)]
    invoice = invoice_orders(shop.session, [order.id for order in orders])
    assert (invoice.total, len({line.order_id for line in invoice.lines if line.order_id})) == (
        300,
        3,
    )
    other = shop.delivered(shop.sold())
    with pytest.raises(Conflict, match="several customers"):
        invoice_orders(shop.session, [orders[0].id, other.id])


def test_two_drafts_do_not_ask_for_the_same_goods(shop) -> None:
    order = shop.delivered(shop.sold())
    draft = invoice_orders(shop.session, [order.id])
    with pytest.raises(Conflict):
        invoice_orders(shop.session, [order.id])
    draft.lines[0].quantity = Decimal(11)
    with pytest.raises(InvalidInput) as raised:
        post_invoice(shop.session, draft)
    assert raised.value.problems[0].field == "lines.0.quantity"


def test_more_than_was_ordered_is_not_delivered(shop) -> None:
    order = shop.sold("10")
    with pytest.raises(InvalidInput, match="left to be delivered"):
        shop.delivered(order, "10.5")
    shop.delivered(order)
    with pytest.raises(Conflict, match="left to be delivered"):
        shop.delivered(order)


def test_an_order_rests_and_goes_on(shop) -> None:
    order = hold(shop.session, shop.sold(), "Customer moves house")
    with pytest.raises(Conflict, match="moves house"):
        shop.delivered(order)
    assert shop.delivered(release(shop.session, order)).state == "confirmed"


def test_what_was_delivered_is_not_cancelled(shop) -> None:
    order = shop.delivered(shop.sold(), "3")
    with pytest.raises(Conflict, match="were delivered"):
        cancel_order(shop.session, order)
    close_rest(shop.session, order)
    assert (order.lines[0].quantity, order.total, order.delivery_progress) == (3, 30, "all")
    assert cancel_order(shop.session, shop.sold()).state == "cancelled"


def test_an_order_is_confirmed_once(shop) -> None:
    order = shop.sold()
    with pytest.raises(Conflict, match="confirmed already"):
        confirm_order(shop.session, order)


def test_quotations_have_versions_options_and_an_end(shop) -> None:
    session, line = shop.session, {"product_id": shop.product("10"), "quantity": Decimal(2)}
    option = {"product_id": shop.product("5"), "quantity": Decimal(1), "kind": "option"}
    heading = {"kind": "section", "description": "Furniture"}
    order = shop.order(heading, line, option, valid_until=None)
    assert (order.total, order.number) == (20, None)
    mark_sent(session, order)
    assert order.number
    begin_version(session, order, "Customer asked for less")
    assert (order.quote_version, order.state) == (2, "draft")
    take_option(session, order, order.lines[2].id)
    assert order.total == 25
    order.valid_until = order.day
    with pytest.raises(NeedsConfirmation):
        confirm_order(session, order)
    with pytest.raises(InvalidInput, match="why"):
        lose(session, order, None)


def test_a_binding_order_is_amended_within_what_happened(shop) -> None:
    order = shop.delivered(shop.sold("10"), "4")
    line = {"id": order.lines[0].id, "quantity": Decimal(3)}
    with pytest.raises(InvalidInput) as raised, shop.session.begin_nested():
        amend(shop.session, order, {"lines": [line]})
    assert raised.value.problems[0].field == "lines.0.quantity"
    more = {"product_id": shop.product("7"), "quantity": Decimal(1)}
    amend(shop.session, order, {"lines": [{**line, "quantity": Decimal(5)}, more]}, "Fewer")
    assert (order.total, order.quote_version, order.state) == (57, 2, "confirmed")


def test_an_overpayment_stays_to_the_customers_credit(shop) -> None:
    customer = shop.customer()
    first = shop.invoiced(shop.delivered(shop.sold("1", "100", contact_id=customer)))
    payment = shop.paid(first, amount="130")
    assert (first.residual, payment.unused) == (0, 30)
    second = shop.invoiced(shop.delivered(shop.sold("1", "50", contact_id=customer)))
    apply_credit(shop.session, second.id, payment_id=payment.id)
    assert (second.residual, payment.unused) == (20, 0)
    reverse_payment(shop.session, payment, "Bounced", payment.day)
    assert (first.residual, second.residual, payment.state) == (100, 50, "reversed")


def test_parts_of_a_credit_sum_to_the_invoice_to_the_last_digit(shop) -> None:
    order = shop.delivered(shop.sold("3", "33.33", discount=Decimal("0.01")))
    invoice = shop.invoiced(order)
    notes = []
    for _ in range(3):
        quantities = {invoice.lines[0].id: Decimal(1)}
        note = credit_invoice(shop.session, invoice, "cancellation", quantities=quantities)
        notes.append(post_invoice(shop.session, note))
    assert sum(note.total for note in notes) == invoice.total == Decimal("99.98")
    assert (invoice.residual, order.lines[0].invoiced) == (0, 0)
    with pytest.raises(Conflict, match="left to credit"):
        credit_invoice(shop.session, invoice, "cancellation")


def test_a_dozen_that_leaves_in_single_pieces_ends_as_a_dozen(shop) -> None:
    pieces, dozen = shop.units()
    product = shop.product("1", unit_id=pieces)
    line = {"product_id": product, "quantity": Decimal(1), "unit_id": dozen, "price": Decimal(12)}
    order = confirm_order(shop.session, shop.order(line))
    each = Decimal("0.083333")
    for _ in range(11):
        shop.delivered(order, str(each))
    assert order.lines[0].delivered_stock == 11
    shop.delivered(order)
    assert (order.lines[0].delivered, order.delivery_progress) == (1, "all")


def test_where_nobody_buys_no_supplier_delivers(shop: Shop) -> None:
    line = {"product_id": shop.product(), "quantity": Decimal(1), "supply": "direct"}
    with pytest.raises(InvalidInput, match="Nobody buys"):
        shop.order(line)
