"""Deliveries that are prepared before they are posted: a list to pick by, or what a file says of
goods that left. Where somebody keeps stock, posting a draft lets him move the goods.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from addons.catalog.api import stock
from addons.sales.models import Delivery, DeliveryLine, OrderLine, SalesOrder
from addons.sales.options import SalesOptions
from addons.sales.services.amounts import require_quantity, stock_of
from addons.sales.services.delivering import (
    Wanted,
    deliver,
    require_deliverable,
    require_not_too_much,
)
from addons.sales.services.leaving import leaving
from addons.sales.services.locking import lock_order, order_as_it_is
from addons.sales.services.numbering import next_number
from addons.sales.services.progress import refresh, set_delivered, to_deliver
from core.api import Conflict, InvalidInput, options, phrase, today


def create_delivery(session: Session, values: Mapping[str, Any]) -> Delivery:
    """A draft for what is left of an order, or for the lines given, each by its line of the order
    or by its product. Raises Conflict for an order that is not confirmed, InvalidInput that names
    the line."""
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
        if not line.is_direct and (left := to_deliver(line))
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
    """Let the goods of a draft leave. Raises Conflict where somebody was faster or the stock is
    short, InvalidInput, naming the line, for more than is left of the order by now."""
    keeper = stock(session)
    # The keeper of the stock locks his transfer before the order: who held that would wait for him.
    order = None if keeper is not None else lock_order(session, delivery.order_id)
    session.refresh(delivery, with_for_update=True)
    if delivery.state == "posted":
        raise Conflict(phrase("{number} was posted already.", number=delivery.number or ""))
    if not any(line.quantity for line in delivery.lines):
        raise InvalidInput.of("lines", phrase("Nothing is delivered."))
    if order is None:
        _let_leave(session, delivery)
    else:
        _write_off(session, order, delivery)
    return delivery


def _let_leave(session: Session, delivery: Delivery) -> None:
    wanted = {line.order_line_id: Wanted(line.quantity, line.lots) for line in delivery.lines}
    order = order_as_it_is(session, delivery.order_id)
    with leaving(session, delivery):
        deliver(session, order, wanted, day=delivery.day, key=f"sales.delivery:{delivery.id}")


def _write_off(session: Session, order: SalesOrder, delivery: Delivery) -> None:
    require_deliverable(order)
    known = {line.id: line for line in order.lines}
    over = options(session, SalesOptions).over_delivery
    for place, written in enumerate(delivery.lines):
        line = known[written.order_line_id]
        require_not_too_much(line, written.quantity, over, f"lines.{place}.quantity")
        set_delivered(line, written.stock_quantity)
    refresh(order)
    session.flush()
    delivery.number = next_number(session, "delivery", delivery.day)
    delivery.state = "posted"
    session.flush()


def _set(delivery: Delivery, order: SalesOrder, values: Mapping[str, Any]) -> None:
    for name in ("day", "carrier", "tracking", "note"):
        if values.get(name) is not None:
            setattr(delivery, name, values[name])
    if "lines" in values:
        delivery.lines = _lines(delivery, order, values["lines"])


def _lines(
    delivery: Delivery, order: SalesOrder, sent: Iterable[Mapping[str, Any]]
) -> list[DeliveryLine]:
    rows = [dict(values) for values in sent]
    of_order = {line.id: line for line in order.lines if line.is_goods and line.is_sold}
    known = {line.id: line for line in delivery.lines}
    _name_lines(rows, known, of_order.values())
    kept: list[DeliveryLine] = []
    for place, values in enumerate(rows):
        written = known.get(values.get("id") or 0) or DeliveryLine(lots="")
        line_id = values.get("order_line_id") or written.order_line_id
        line = of_order.get(line_id or 0)
        if line is None or line_id in {one.order_line_id for one in kept}:
            raise InvalidInput.of(
                f"lines.{place}.product_id",
                phrase("Choose each line of the order once."),
            )
        if line.is_direct:
            raise InvalidInput.of(
                f"lines.{place}.product_id",
                phrase("A supplier brings {line}.", line=line.description),
                fix=phrase("Say on the order that it came."),
            )
        quantity: Decimal = values.get("quantity", written.quantity) or Decimal(0)
        require_quantity(quantity, f"lines.{place}.quantity")
        written.order_line_id, written.position = line.id, values.get("position") or place + 1
        written.description, written.unit = line.description, line.unit
        written.product_id, written.quantity = line.product_id, quantity
        written.lots = values.get("lots", written.lots) or ""
        written.stock_quantity = stock_of(
            quantity, line.factor, line.stock_digits, f"lines.{place}.quantity"
        )
        kept.append(written)
    return kept


def _name_lines(
    rows: Iterable[dict[str, Any]],
    known: Mapping[int, DeliveryLine],
    of_order: Collection[OrderLine],
) -> None:
    """Give each row that names a product alone the order's line of it: of several the first that no
    other row has, and preferably one of which something is left. A known line keeps its own."""
    taken = {values["order_line_id"] for values in rows if values.get("order_line_id")}
    asked: list[dict[str, Any]] = []
    for values in rows:
        product_id = values.get("product_id")
        if product_id is None or values.get("order_line_id"):
            continue
        line = known.get(values.get("id") or 0)
        if line is not None and line.product_id == product_id:
            taken.add(line.order_line_id)
        else:
            asked.append(values)
    for values in asked:
        of_product = [
            line
            for line in of_order
            if line.product_id == values["product_id"] and line.id not in taken
        ]
        found = next((line for line in of_product if to_deliver(line)), None)
        line = found or next(iter(of_product), None)
        # Without one, whoever asks is told so where the line is written.
        values["order_line_id"] = 0 if line is None else line.id
        taken.add(values["order_line_id"])
