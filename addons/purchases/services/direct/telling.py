"""Tells the customer's document what of it arrived there."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.purchases.events import DirectlySupplied, SuppliedDirectly
from addons.purchases.models import Order, OrderLine
from addons.purchases.services.orders.expecting import stock_price
from addons.purchases.services.rates import rounded
from addons.purchases.services.receiving.arrivals import Arrival
from core.api import emit


def tell_customers_document(
    session: Session, order: Order, arrival: Arrival, quantities: Mapping[int, Decimal]
) -> None:
    """Tell what a supplier brought to the customer, or got back: stock units by order line, which
    were written down just now. Orders for the company's own stock tell nobody."""
    if order.for_id is None:
        return
    moved = arrival.source_type == "inventory.transfer"
    lines = tuple(
        DirectlySupplied(
            line.for_line_id,
            line.product_id or 0,
            quantities[line.id],
            _value(session, order, line, quantities[line.id], arrival),
        )
        for line in order.lines
        if line.id in quantities and line.for_line_id is not None
    )
    if lines:
        emit(
            session,
            SuppliedDirectly(
                order.id,
                f"{order.number}, {order.contact_name}",
                order.for_type,
                order.for_id,
                arrival.day,
                arrival.source_id if moved else None,
                arrival.number if moved else "",
                lines,
            ),
        )


def _value(
    session: Session, order: Order, line: OrderLine, quantity: Decimal, arrival: Arrival
) -> Decimal:
    """As the stock says, or by the order's price."""
    if arrival.values is not None:
        value = arrival.values.get(line.id, Decimal(0))
        return value if quantity > 0 else -value
    rate = order.rate or Decimal(1)
    return rounded(quantity * stock_price(line) * rate, company_currency(session))
