"""The one place that writes down what was received or returned, whoever moved it: this addon's
own document, or the stock."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.purchases.models import Order, OrderLine, Received
from addons.purchases.options import PurchasesOptions
from addons.purchases.permissions import OVER_RECEIVE
from addons.purchases.services.bills.matching import refresh_matches
from addons.purchases.services.direct.telling import tell_customers_document
from addons.purchases.services.orders.expecting import tolerance_of
from addons.purchases.services.orders.progress import in_line_unit, refresh_progress
from addons.purchases.services.orders.writing import order_title
from addons.purchases.services.receiving.arrivals import Arrival
from core.api import Conflict, NotFound, actor, options, phrase

_ZERO: Final = Decimal(0)


def record(session: Session, order: Order, arrival: Arrival) -> None:
    """Write an arrival down and bring the order's lines, its state and the matches of its bills
    into step. The order is locked. Raises Conflict for more than the tolerance allows, for more
    than was received going back, and for an order that is not binding."""
    quantities = _new(session, arrival)
    if not quantities:
        return
    if order.state not in ("approved", "done"):
        raise Conflict(
            phrase("{order} is not binding.", order=order_title(order)),
            fix=phrase("Approve it before anything is received."),
        )
    lines = {line.id: line for line in order.lines}
    for key in sorted(quantities):
        if key not in lines:
            raise NotFound(phrase("There is no such line in {order}.", order=order_title(order)))
        _take(session, lines[key], quantities[key], arrival)
    session.add_all(
        Received(
            order_id=order.id,
            order_line_id=key,
            date=arrival.day,
            stock_quantity=quantity,
            closes=arrival.closes,
            source_type=arrival.source_type,
            source_id=arrival.source_id,
            number=arrival.number,
        )
        for key, quantity in sorted(quantities.items())
    )
    refresh_progress(session, order)
    refresh_matches(session, quantities)
    tell_customers_document(session, order, arrival, quantities)


def most_receivable(session: Session, line: OrderLine) -> Decimal:
    """Up to how many stock units more may come of a line, with its tolerance."""
    company = options(session, PurchasesOptions).over_tolerance
    ordered = line.stock_quantity - line.stock_closed
    most = ordered + line.stock_quantity * tolerance_of(line, company) / 100
    return max(most - line.stock_kept, _ZERO)


def _new(session: Session, arrival: Arrival) -> dict[int, Decimal]:
    """What of it is not written down yet."""
    known = set(
        session.scalars(
            select(Received.order_line_id).where(
                Received.source_type == arrival.source_type,
                Received.source_id == arrival.source_id,
            )
        )
    )
    return {
        key: quantity
        for key, quantity in arrival.quantities.items()
        if quantity and key not in known
    }


def _take(session: Session, line: OrderLine, quantity: Decimal, arrival: Arrival) -> None:
    if quantity > 0:
        most = most_receivable(session, line)
        if quantity > most and not actor(session).may(OVER_RECEIVE.code):
            raise Conflict(
                phrase(
                    "At most {most} more of {product} may be received; this is {quantity}.",
                    most=in_line_unit(line, most),
                    product=line.label,
                    quantity=in_line_unit(line, quantity),
                ),
                fix=phrase("Send the rest back, or ask somebody who may receive more."),
            )
        line.stock_received += quantity
        return
    if -quantity > line.stock_kept:
        raise Conflict(
            phrase(
                "Of {product} {kept} are here; {quantity} cannot be returned.",
                product=line.label,
                kept=in_line_unit(line, line.stock_kept),
                quantity=in_line_unit(line, -quantity),
            )
        )
    line.stock_returned -= quantity
    if arrival.closes:
        line.stock_closed += min(-quantity, line.stock_open)
