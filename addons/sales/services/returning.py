"""Returns: what customers bring back of an order, or are credited for without bringing it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from addons.catalog.api import MovedLine, Movement, read_lots, stock
from addons.sales.extension_points import DirectGoods
from addons.sales.models import OrderLine, ReturnLine, SalesOrder, SalesReturn
from addons.sales.services.amounts import ZERO, require_quantity, stock_of
from addons.sales.services.direct.handing_over import take_back as send_to_supplier
from addons.sales.services.direct.supplying import hold_supply, order_directly
from addons.sales.services.expecting import ORDER, expect_goods, expect_return
from addons.sales.services.goods_moved import take_back
from addons.sales.services.locking import lock_order, order_as_it_is
from addons.sales.services.numbering import next_number
from addons.sales.services.progress import refresh
from core.api import Conflict, InvalidInput, phrase, today


def returnable(line: OrderLine, *, with_goods: bool) -> Decimal:
    """How much of a line can come back; or, without goods, how much of it can be credited."""
    if with_goods:
        return max(line.delivered - line.returned, ZERO) if line.is_goods else ZERO
    return max(line.invoiced - line.credited, ZERO)


def create_return(session: Session, values: Mapping[str, Any]) -> SalesReturn:
    """A draft for an order: for all that was sold, or for the lines given. Raises InvalidInput,
    naming the line, for more than was sold; NotFound for an order that there is not."""
    order = lock_order(session, values.get("order_id") or 0)
    with_goods = values.get("with_goods")
    back = SalesReturn(
        order_id=order.id,
        contact_id=order.contact_id,
        contact_name=order.contact_name,
        day=values.get("day") or today(session),
        state="draft",
        reason="",
        with_goods=True if with_goods is None else with_goods,
        replace=False,
        to_supplier=False,
        branch_id=order.branch_id,
    )
    sent = values.get("lines") or [
        {"order_line_id": line.id, "quantity": most}
        for line in order.lines
        if (most := returnable(line, with_goods=back.with_goods))
    ]
    if not sent:
        raise Conflict(
            phrase("Nothing of {number} can come back.", number=order.number or ""),
            fix=phrase("Only what was delivered is returned, only what was invoiced credited."),
        )
    _set(back, order, {**values, "lines": sent})
    session.add(back)
    session.flush()
    return back


def update_return(session: Session, back: SalesReturn, values: Mapping[str, Any]) -> SalesReturn:
    """Change a draft; raises Conflict once the goods came back."""
    _require_draft(back)
    _set(back, lock_order(session, back.order_id), values)
    session.flush()
    return back


def delete_return(session: Session, back: SalesReturn) -> None:
    """Delete a draft."""
    _require_draft(back)
    session.delete(back)
    session.flush()


def receive_return(session: Session, back: SalesReturn) -> SalesReturn:
    """Take the goods of a draft back, into stock at the cost at which they left where stock is
    kept. Without goods there is nothing to take: it waits for its credit note at once.

    Raises Conflict where somebody was faster, InvalidInput, naming the line, for more than was
    sold and did not come back before.
    """
    hold_supply(session, order_as_it_is(session, back.order_id))
    order = lock_order(session, back.order_id)
    back = session.scalars(
        select(SalesReturn)
        .where(SalesReturn.id == back.id)
        .options(selectinload(SalesReturn.lines))
        .with_for_update(of=SalesReturn)
        .execution_options(populate_existing=True)
    ).one()
    _require_draft(back)
    if not any(line.quantity for line in back.lines):
        raise InvalidInput.of("lines", phrase("Nothing comes back."))
    lines = {line.id: line for line in order.lines}
    for place, written in enumerate(back.lines):
        line = lines[written.order_line_id]
        require_returnable(line, written.quantity, f"lines.{place}.quantity", back.with_goods)
    back.number = next_number(session, "return", back.day)
    back.state = "received"
    session.flush()
    if back.with_goods:
        _take_goods(session, order, back)
    return back


def _take_goods(session: Session, order: SalesOrder, back: SalesReturn) -> None:
    lines = {line.id: line for line in order.lines}
    written = [(place, line) for place, line in enumerate(back.lines) if line.quantity]
    if back.to_supplier:
        goods = [
            DirectGoods(
                one.order_line_id,
                stock_of(
                    one.quantity,
                    lines[one.order_line_id].factor,
                    lines[one.order_line_id].stock_digits,
                ),
                one.lots,
            )
            for _, one in written
        ]
        send_to_supplier(session, order, back, goods)
        return
    keeper = stock(session)
    if keeper is None:
        for _, one in written:
            line = lines[one.order_line_id]
            one.received_stock = stock_of(one.quantity, line.factor, line.stock_digits)
            take_back(back, line, one.received_stock)
        refresh(order)
        session.flush()
        order_directly(session, order)
        return
    moved = []
    for place, one in written:
        line = lines[one.order_line_id]
        quantity = stock_of(one.quantity, line.factor, line.stock_digits)
        lots = read_lots(one.lots, quantity, f"lines.{place}.lots")
        moved.append(MovedLine(one.order_line_id, quantity, lots))
    expect_return(session, order, back)
    key = f"sales.return:{back.id}:{uuid4().hex}"
    keeper.move(
        session,
        Movement(ORDER, order.id, "customer_return", back.day, tuple(moved), key),
    )
    if back.replace:
        # What came back is to leave once more.
        expect_goods(session, order)
        order_directly(session, order)


def require_returnable(line: OrderLine, quantity: Decimal, field: str, with_goods: bool) -> None:
    """Raise InvalidInput, naming the field, for more than was sold and not returned before."""
    most = returnable(line, with_goods=with_goods)
    if quantity > most:
        raise InvalidInput.of(
            field,
            phrase(
                "{most} of {line} can come back, not {quantity}.",
                most=f"{most.normalize():f}",
                line=line.description,
                quantity=f"{quantity.normalize():f}",
            ),
            fix=phrase("No more comes back than was sold."),
        )


def _require_draft(back: SalesReturn) -> None:
    if back.state != "draft":
        raise Conflict(phrase("{number} came back already.", number=back.number or ""))


def _set(back: SalesReturn, order: SalesOrder, values: Mapping[str, Any]) -> None:
    for name in ("day", "with_goods", "replace", "to_supplier"):
        if values.get(name) is not None:
            setattr(back, name, values[name])
    if values.get("reason") is not None:
        back.reason = values["reason"]
    if back.replace and not back.with_goods:
        raise InvalidInput.of("replace", phrase("Only goods that come back are replaced."))
    if back.to_supplier and not back.with_goods:
        raise InvalidInput.of("to_supplier", phrase("Only goods go back to a supplier."))
    if "lines" in values:
        back.lines = _lines(back, order, values["lines"])
    if back.to_supplier:
        _require_direct(back, order)


def _require_direct(back: SalesReturn, order: SalesOrder) -> None:
    direct = {line.id for line in order.lines if line.is_direct}
    for place, written in enumerate(back.lines):
        if written.quantity and written.order_line_id not in direct:
            raise InvalidInput.of(
                f"lines.{place}.order_line_id",
                phrase("{line} came from our stock.", line=written.description),
                fix=phrase("Take it back by a return of its own, into the stock."),
            )


def _lines(
    back: SalesReturn, order: SalesOrder, sent: Iterable[Mapping[str, Any]]
) -> list[ReturnLine]:
    of_order = {line.id: line for line in order.lines if line.is_sold}
    known = {line.id: line for line in back.lines}
    kept: list[ReturnLine] = []
    for place, values in enumerate(sent):
        written = known.get(values.get("id") or 0) or ReturnLine(lots="", received_stock=ZERO)
        line_id = values.get("order_line_id") or written.order_line_id
        line = of_order.get(line_id or 0)
        if line is None or line_id in {one.order_line_id for one in kept}:
            raise InvalidInput.of(
                f"lines.{place}.order_line_id",
                phrase("Choose each line of the order once."),
            )
        quantity = values.get("quantity", written.quantity) or ZERO
        require_quantity(quantity, f"lines.{place}.quantity")
        require_returnable(line, quantity, f"lines.{place}.quantity", back.with_goods)
        if back.with_goods:
            stock_of(quantity, line.factor, line.stock_digits, f"lines.{place}.quantity")
        written.order_line_id, written.position = line.id, values.get("position") or place + 1
        written.description, written.unit = line.description, line.unit
        written.quantity = quantity
        if values.get("lots") is not None:
            written.lots = values["lots"]
        kept.append(written)
    return kept
