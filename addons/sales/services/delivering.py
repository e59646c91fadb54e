"""Deliveries: goods of an order leave, all at once or in parts.

Where somebody keeps stock he moves the goods, and quantities are set by what he tells of it
(`reactions/inventory.py`). Otherwise the delivery itself sets them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import uuid4

from sqlalchemy.orm import Session

from addons.catalog.api import MovedLine, Movement, read_lots, stock
from addons.sales.extension_points import DirectGoods
from addons.sales.models import Delivery, DeliveryLine, OrderLine, SalesOrder
from addons.sales.options import SalesOptions
from addons.sales.services.amounts import require_quantity, stock_of
from addons.sales.services.direct.handing_over import hand_over
from addons.sales.services.direct.supplying import hold_supply
from addons.sales.services.expecting import ORDER
from addons.sales.services.locking import lock_order, order_as_it_is
from addons.sales.services.numbering import next_number
from addons.sales.services.progress import may_deliver, refresh, set_delivered, to_deliver
from core.api import Conflict, InvalidInput, options, phrase, today


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much of a line leaves, in its unit, and from which lots."""

    quantity: Decimal
    lots: str = ""


def deliver(
    session: Session,
    order: SalesOrder,
    wanted: Mapping[int, Wanted] | None = None,
    *,
    day: date | None = None,
    key: str = "",
) -> Delivery | None:
    """Deliver these quantities of an order's lines now; all that is left where none are given, save
    what a supplier brings: that is noted by itself, when nothing else is left.
    Returns the delivery that was written, or None where the keeper of the stock writes it.

    `key` makes it repeatable: the same key again delivers nothing. Raises Conflict for an order
    that is not confirmed or rests, and where stock is short; InvalidInput, naming the line, for
    more than was ordered and the tolerance.
    """
    keeper = stock(session)
    # The stock locks its transfer first and tells of it then: who held the order would wait for it.
    order = order_as_it_is(session, order.id)
    if hold_supply(session, order):
        order = order_as_it_is(session, order.id)
    if keeper is None:
        order = lock_order(session, order.id)
    require_deliverable(order)
    day = day or today(session)
    lines = _asked(session, order, wanted)
    if not lines:
        raise Conflict(
            phrase("Nothing of {number} is left to be delivered.", number=order.number or "")
        )
    direct = [(line, one) for line, one in lines if line.is_direct]
    lines = [(line, one) for line, one in lines if not line.is_direct]
    if direct:
        goods = [DirectGoods(line.id, _stock(line, one), one.lots) for line, one in direct]
        hand_over(session, order, goods, day, key)
    if not lines:
        return None
    if keeper is None:
        return _write(session, order, lines, day)
    moved = tuple(
        MovedLine(
            line.id,
            (whole := _stock(line, one)),
            read_lots(one.lots, whole, f"lots.{line.id}"),
        )
        for line, one in lines
    )
    movement = Movement(ORDER, order.id, "delivery", day, moved, key or uuid4().hex)
    keeper.move(session, movement)
    return None


def require_deliverable(order: SalesOrder) -> None:
    """Raise Conflict for an order of which nothing may leave now."""
    if order.state == "held":
        raise Conflict(
            phrase("{number} is on hold: {why}", number=order.number or "", why=order.hold_reason),
            fix=phrase("Let it go on first."),
        )
    if not order.is_open:
        raise Conflict(
            phrase("{number} is not confirmed.", number=order.number or ""),
            fix=phrase("Confirm it first."),
        )


def _asked(
    session: Session, order: SalesOrder, wanted: Mapping[int, Wanted] | None
) -> list[tuple[OrderLine, Wanted]]:
    known = {line.id: line for line in order.lines if line.is_goods and line.is_sold}
    if wanted is None:
        left = [(line, Wanted(rest)) for line in known.values() if (rest := to_deliver(line))]
        return [pair for pair in left if not pair[0].is_direct] or left
    over = options(session, SalesOptions).over_delivery
    found = []
    for line_id, one in wanted.items():
        line = known.get(line_id)
        if line is None:
            raise InvalidInput.of(
                f"quantity.{line_id}", phrase("There is no such line to deliver.")
            )
        require_quantity(one.quantity, f"quantity.{line_id}")
        require_not_too_much(line, one.quantity, over, f"quantity.{line_id}")
        if one.quantity:
            found.append((line, one))
    return sorted(found, key=lambda pair: pair[0].id)


def require_not_too_much(
    line: OrderLine, quantity: Decimal, over_percent: Decimal, field: str
) -> None:
    """Raise InvalidInput, naming the field, for more than may leave of a line."""
    most = may_deliver(line, over_percent)
    if quantity > most:
        raise InvalidInput.of(
            field,
            phrase(
                "{most} of {line} are left to be delivered, not {quantity}.",
                most=f"{most.normalize():f}",
                line=line.description,
                quantity=f"{quantity.normalize():f}",
            ),
            fix=phrase("Amend the order, if the customer wants more."),
        )


def _stock(line: OrderLine, one: Wanted) -> Decimal:
    return stock_of(one.quantity, line.factor, line.stock_digits, f"quantity.{line.id}")


def _write(
    session: Session, order: SalesOrder, lines: list[tuple[OrderLine, Wanted]], day: date
) -> Delivery:
    delivery = Delivery(
        order_id=order.id,
        contact_id=order.contact_id,
        contact_name=order.contact_name,
        day=day,
        branch_id=order.branch_id,
        lines=[
            DeliveryLine(
                order_line_id=line.id,
                product_id=line.product_id,
                position=place,
                description=line.description,
                quantity=one.quantity,
                unit=line.unit,
                stock_quantity=_stock(line, one),
            )
            for place, (line, one) in enumerate(lines, start=1)
        ],
    )
    for (line, _), written in zip(lines, delivery.lines, strict=True):
        set_delivered(line, written.stock_quantity)
    refresh(order)
    delivery.number = next_number(session, "delivery", day)
    delivery.state = "posted"
    session.add(delivery)
    session.flush()
    return delivery
