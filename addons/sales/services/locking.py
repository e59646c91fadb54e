"""Locks on documents, taken in one order everywhere: document, lines, then what they lead to.

Who changes an order locks its row first, so that of two who confirm it the second sees what the
first did. Several documents are locked by ascending id. What this transaction has locked before
is not asked for again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, TypeVar

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from addons.sales.models import Invoice, OrderLine, Payment, SalesOrder
from addons.sales.services.holding import Document, held, hold
from core.api import NotFound, phrase

Record = TypeVar("Record", SalesOrder, OrderLine, Invoice, Payment)
_ID: Final = bindparam("id", type_=BIGINT)
_IDS: Final = bindparam("ids", type_=ARRAY(BIGINT))


def _locking(model: type[Document]) -> tuple[Select[Document], Select[Document]]:
    """The statement for one document, whose plan PostgreSQL keeps, and that for several."""
    found = (
        select(model)
        .order_by(model.id)
        .with_for_update(of=model)
        .execution_options(populate_existing=True)
    )
    return found.where(model.id == _ID), found.where(model.id == func.any(_IDS))


def _asked(
    session: Session, statements: tuple[Select[Record], Select[Record]], ids: Collection[int]
) -> Sequence[Record]:
    one, several = statements
    if len(ids) == 1:
        return session.scalars(one, {"id": next(iter(ids))}).all()
    return session.scalars(several, {"ids": sorted(set(ids))}).all()


# Built once: every step of a sale asks one of them.
_ORDERS: Final = _locking(SalesOrder)
_AS_IT_IS: Final = (
    select(SalesOrder)
    .where(SalesOrder.id == bindparam("id"))
    .options(joinedload(SalesOrder.lines))
    .execution_options(populate_existing=True)
)
_ALL_LINES: Final = (
    select(OrderLine)
    .order_by(OrderLine.position, OrderLine.id)
    .execution_options(populate_existing=True)
)
_LINES: Final = (
    _ALL_LINES.where(OrderLine.order_id == _ID),
    _ALL_LINES.where(OrderLine.order_id == func.any(_IDS)),
)
_INVOICES: Final = _locking(Invoice)
_PAYMENTS: Final = _locking(Payment)


def lock_orders(session: Session, order_ids: Collection[int]) -> dict[int, SalesOrder]:
    """These orders with their lines as they are now, locked until the commit."""
    if not order_ids:
        return {}
    known = held(session, SalesOrder, order_ids)
    if known is not None:
        return known
    rows = _asked(session, _ORDERS, order_ids)
    _read_lines(session, rows)
    hold(session, rows)
    return {order.id: order for order in rows}


def order_as_it_is(session: Session, order_id: int) -> SalesOrder:
    """An order with its lines as it is at this moment, for whoever may not lock it yet."""
    return session.scalars(_AS_IT_IS, {"id": order_id}).unique().one()


def _read_lines(session: Session, orders: Sequence[SalesOrder]) -> None:
    lines: dict[int, list[OrderLine]] = {order.id: [] for order in orders}
    if lines:
        for line in _asked(session, _LINES, lines):
            lines[line.order_id].append(line)
    for order in orders:
        set_committed_value(order, "lines", lines[order.id])


def lock_order(session: Session, order_id: int) -> SalesOrder:
    """An order with its lines as it is now, locked; raises NotFound."""
    found = lock_orders(session, [order_id]).get(order_id)
    if found is None:
        raise NotFound(phrase("There is no such order."))
    return found


def lock_invoices(session: Session, invoice_ids: Collection[int]) -> dict[int, Invoice]:
    """These invoices as they are now, locked until the commit."""
    if not invoice_ids:
        return {}
    known = held(session, Invoice, invoice_ids)
    if known is not None:
        return known
    rows = _asked(session, _INVOICES, invoice_ids)
    hold(session, rows)
    return {invoice.id: invoice for invoice in rows}


def lock_payments(session: Session, payment_ids: Collection[int]) -> dict[int, Payment]:
    """These payments as they are now, locked until the commit."""
    if not payment_ids:
        return {}
    known = held(session, Payment, payment_ids)
    if known is not None:
        return known
    rows = _asked(session, _PAYMENTS, payment_ids)
    hold(session, rows)
    return {payment.id: payment for payment in rows}
