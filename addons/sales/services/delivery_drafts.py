"""Deliveries that are prepared before they are posted: a list to pick by, then the posting.

Only where nobody keeps stock; otherwise the transfers of the stock are that list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from addons.catalog.api import stock
from addons.sales.models import Delivery, DeliveryLine, SalesOrder
from addons.sales.options import SalesOptions
from addons.sales.services.amounts import require_quantity, stock_of
from addons.sales.services.days import today
from addons.sales.services.delivering import require_deliverable, require_not_too_much
from addons.sales.services.locking import lock_order
from addons.sales.services.numbering import next_number
from addons.sales.services.progress import refresh, set_delivered, to_deliver
from core.api import Conflict, InvalidInput, options, phrase


def create_delivery(session: Session, values: Mapping[str, Any]) -> Delivery:
    """A draft for what is left of an order, or for the lines given. Raises Conflict where the stock
    is kept by inventory, and for an order that is not confirmed."""
    if stock(session) is not None:
        raise Conflict(
            phrase("Deliveries are written by the stock."),
            fix=phrase("Deliver from the order, or work the transfer off in the warehouse."),
        )
    order = lock_order(session, values.get("order_id") or 0)
    require_deliverable(order)
    delivery = Delivery(
        order_id=order.id,
        contact_id=order.contact_id,
        contact_name=order.contact_name,
        day=values.get("day") or today(session),
        branch_id=order.branch_id,
    )
    sent = values.get("lines") or [
        {"order_line_id": line.id, "quantity": left}
        for line in order.lines
        if (left := to_deliver(line))
    ]
    _set(delivery, order, {**values, "lines": sent})
    session.add(delivery)
    session.flush()
    return delivery


def update_delivery(session: Session, delivery: Delivery, values: Mapping[str, Any]) -> Delivery:
    """Change a draft; of a posted one only who carries it."""
    if delivery.state == "posted":
        for name in ("carrier", "tracking", "note"):
            if name in values:
                setattr(delivery, name, values[name] or "")
        session.flush()
        return delivery
    _set(delivery, lock_order(session, delivery.order_id), values)
    session.flush()
    return delivery


def delete_delivery(session: Session, delivery: Delivery) -> None:
    """Delete a draft."""
    if delivery.state == "posted":
        raise Conflict(
            phrase("{number} was delivered and stays.", number=delivery.number or ""),
            fix=phrase("Take the goods back by a return."),
        )
    session.delete(delivery)
    session.flush()


def post_delivery(session: Session, delivery: Delivery) -> Delivery:
    """Let the goods of a draft leave. Raises Conflict where somebody was faster, InvalidInput,
    naming the line, for more than is left of the order by now."""
    order = lock_order(session, delivery.order_id)
    session.refresh(delivery, with_for_update=True)
    if delivery.state == "posted":
        raise Conflict(phrase("{number} was posted already.", number=delivery.number or ""))
    require_deliverable(order)
    known = {line.id: line for line in order.lines}
    over = options(session, SalesOptions).over_delivery
    if not any(line.quantity for line in delivery.lines):
        raise InvalidInput.of("lines", phrase("Nothing is delivered."))
    for place, written in enumerate(delivery.lines):
        line = known[written.order_line_id]
        require_not_too_much(line, written.quantity, over, f"lines.{place}.quantity")
        set_delivered(line, written.stock_quantity)
    refresh(order)
    session.flush()
    delivery.number = next_number(session, "delivery", delivery.day)
    delivery.state = "posted"
    session.flush()
    return delivery


def _set(delivery: Delivery, order: SalesOrder, values: Mapping[str, Any]) -> None:
    for name in ("day", "carrier", "tracking", "note"):
        if values.get(name) is not None:
            setattr(delivery, name, values[name])
    if "lines" in values:
        delivery.lines = _lines(delivery, order, values["lines"])


def _lines(
    delivery: Delivery, order: SalesOrder, sent: Iterable[Mapping[str, Any]]
) -> list[DeliveryLine]:
    of_order = {line.id: line for line in order.lines if line.is_goods and line.is_sold}
    known = {line.id: line for line in delivery.lines}
    kept: list[DeliveryLine] = []
    for place, values in enumerate(sent):
        written = known.get(values.get("id") or 0) or DeliveryLine()
        line_id = values.get("order_line_id") or written.order_line_id
        line = of_order.get(line_id or 0)
        if line is None or line_id in {one.order_line_id for one in kept}:
            raise InvalidInput.of(
                f"lines.{place}.order_line_id",
                phrase("Choose each line of the order once."),
            )
        quantity: Decimal = values.get("quantity", written.quantity) or Decimal(0)
        require_quantity(quantity, f"lines.{place}.quantity")
        written.order_line_id, written.position = line.id, values.get("position") or place + 1
        written.description, written.unit = line.description, line.unit
        written.quantity = quantity
        written.stock_quantity = stock_of(
            quantity, line.factor, line.stock_digits, f"lines.{place}.quantity"
        )
        kept.append(written)
    return kept
