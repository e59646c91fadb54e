"""The chain of documents: an order is confirmed, delivered, invoiced and paid, each in parts, and at
every step it says how far it has come."""

from __future__ import annotations

from decimal import Decimal


def test_an_order_goes_all_the_way(shop) -> None:
    order = shop.sold("10", "12.50")
    assert (order.number, order.state, order.total) == ("SO/2026/00001", "confirmed", Decimal(125))
    shop.delivered(order)
    invoice = shop.invoiced(order)
    assert (invoice.number, invoice.total) == ("INV/2026/00001", Decimal(125))
    payment = shop.paid(invoice)
    assert (payment.number, payment.unused) == ("RCT/2026/00001", 0)
    assert (invoice.payment_progress, order.state) == ("paid", "done")
