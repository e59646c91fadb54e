"""What the stock tells of goods that left for customers and came back: the only writer of
quantities where somebody keeps stock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, selectinload

from addons.sales.models import (
    Delivery,
    DeliveryLine,
    OrderLine,
    ReturnLine,
    SalesOrder,
    SalesReturn,
)
from addons.sales.services.amounts import ZERO, quantity_in, stock_of
from addons.sales.services.leaving import take_leaving
from addons.sales.services.locking import lock_order
from addons.sales.services.numbering import next_number
from addons.sales.services.progress import refresh, set_delivered, set_returned
from core.api import add_new, fetch_value

_KNOWN: Final = select(Delivery.id).where(
    Delivery.transfer_id == bindparam("transfer"), Delivery.order_id == bindparam("order")
)


@dataclass(frozen=True, slots=True)
class MovedGoods:
    """Goods of a document's line: a quantity in stock units, and its value in the company's
    currency."""

    line_id: int
    quantity: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class Transferred:
    """A transfer of the stock, by its id and number, on a day; None and "" where nobody keeps any.
    `supplied_by` and `supplier_order_id` name the order of a supplier who brought the goods."""

    transfer_id: int | None
    number: str
    day: date
    supplied_by: str = ""
    supplier_order_id: int | None = None


def note_delivered(
    session: Session, order_id: int, transfer: Transferred, moved: Sequence[MovedGoods]
) -> None:
    """Enter goods that left for an order; a transfer that was entered before changes nothing."""
    order = lock_order(session, order_id)
    known = {"transfer": transfer.transfer_id, "order": order_id}
    if transfer.transfer_id is not None and fetch_value(session, _KNOWN, known) is not None:
        return
    lines = {line.id: line for line in order.lines}
    # Goods of one line may leave in several lots.
    sums: dict[int, tuple[Decimal, Decimal]] = {}
    for goods in moved:
        if goods.line_id in lines:
            quantity, value = sums.get(goods.line_id, (Decimal(0), Decimal(0)))
            sums[goods.line_id] = (quantity + goods.quantity, value + goods.value)
    written = []
    for place, (line_id, (quantity, value)) in enumerate(sums.items(), start=1):
        line = lines[line_id]
        set_delivered(line, quantity)
        written.append(
            DeliveryLine(
                order_line_id=line.id,
                product_id=line.product_id,
                position=place,
                description=line.description,
                quantity=quantity_in(quantity, line.factor),
                unit=line.unit,
                stock_quantity=quantity,
                value=value,
            )
        )
    refresh(order)
    draft = take_leaving(session, order_id) if transfer.transfer_id is not None else None
    if draft is not None:
        draft.lines = written
        draft.transfer_id, draft.day = transfer.transfer_id, transfer.day
        session.flush()  # lines are written before the number, after which they stay
        draft.number, draft.state = transfer.number, "posted"
        session.flush()
        return
    delivery = _delivery(order, transfer, written)
    if not delivery.number:
        delivery.number = next_number(session, "delivery", transfer.day)
    add_new(session, delivery)


def _delivery(order: SalesOrder, transfer: Transferred, lines: list[DeliveryLine]) -> Delivery:
    return Delivery(
        order_id=order.id,
        contact_id=order.contact_id,
        contact_name=order.contact_name,
        number=transfer.number,
        day=transfer.day,
        state="posted",
        transfer_id=transfer.transfer_id,
        supplied_by=transfer.supplied_by,
        supplier_order_id=transfer.supplier_order_id,
        branch_id=order.branch_id,
        lines=lines,
    )


def note_returned(
    session: Session, order_id: int, transfer: Transferred, moved: Sequence[MovedGoods]
) -> None:
    """Enter goods of an order that came back: into the returns that wait for them, the oldest
    first. What nobody waits for was taken back in the warehouse, and makes a return of its own."""
    order = lock_order(session, order_id)
    lines = {line.id: line for line in order.lines}
    waiting = session.scalars(
        select(SalesReturn)
        .where(SalesReturn.order_id == order_id, SalesReturn.state == "received")
        .order_by(SalesReturn.id)
        .options(selectinload(SalesReturn.lines))
    ).all()
    unasked: list[MovedGoods] = []
    for goods in moved:
        line = lines.get(goods.line_id)
        if line is None:
            continue
        left, value = goods.quantity, goods.value
        for back, written in ((one, w) for one in waiting for w in one.lines):
            open_ = (
                stock_of(written.quantity, line.factor, line.stock_digits) - written.received_stock
            )
            part = min(left, open_)
            if written.order_line_id == line.id and part > 0:
                worth = value * part / left
                written.received_stock += part
                written.value = (written.value or ZERO) + worth
                take_back(back, line, part)
                left, value = left - part, value - worth
        if left > 0:
            unasked.append(MovedGoods(line.id, left, value))
    if unasked:
        _write_return(session, order, transfer, unasked)
    refresh(order)
    session.flush()


def _write_return(
    session: Session, order: SalesOrder, transfer: Transferred, moved: Sequence[MovedGoods]
) -> None:
    lines = {line.id: line for line in order.lines}
    back = SalesReturn(
        number=next_number(session, "return", transfer.day),
        order_id=order.id,
        contact_id=order.contact_id,
        contact_name=order.contact_name,
        day=transfer.day,
        state="received",
        reason=transfer.number,
        with_goods=True,
        replace=False,
        branch_id=order.branch_id,
        lines=[
            ReturnLine(
                order_line_id=goods.line_id,
                position=place,
                description=lines[goods.line_id].description,
                quantity=quantity_in(goods.quantity, lines[goods.line_id].factor),
                unit=lines[goods.line_id].unit,
                lots="",
                received_stock=goods.quantity,
                value=goods.value,
            )
            for place, goods in enumerate(moved, start=1)
        ],
    )
    session.add(back)
    for goods in moved:
        take_back(back, lines[goods.line_id], goods.quantity)


def take_back(back: SalesReturn, line: OrderLine, quantity: Decimal) -> None:
    """Note on an order's line that so many stock units came back."""
    if back.replace:
        set_delivered(line, -quantity)
        line.replaced_stock += quantity
    else:
        set_returned(line, quantity)
