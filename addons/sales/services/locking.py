"""Locks on documents, taken in one order everywhere: document, lines, then what they lead to.

Who changes an order locks its row first, so that of two who confirm it the second sees what the
first did. Several documents are locked by ascending id. What this transaction has locked before
is not asked for again.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from addons.sales.models import Invoice, Payment, SalesOrder
from addons.sales.services.holding import held, hold
from core.api import NotFound, phrase


def lock_orders(session: Session, order_ids: Collection[int]) -> dict[int, SalesOrder]:
    """These orders with their lines as they are now, locked until the commit."""
    if not order_ids:
        return {}
    known = held(session, SalesOrder, order_ids)
    if known is not None:
        return known
    rows = session.scalars(
        select(SalesOrder)
        .where(SalesOrder.id.in_(set(order_ids)))
        .order_by(SalesOrder.id)
        .options(selectinload(SalesOrder.lines))
        .with_for_update(of=SalesOrder)
        .execution_options(populate_existing=True)
    ).all()
    hold(session, rows)
    return {order.id: order for order in rows}


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
    rows = session.scalars(
        select(Invoice)
        .where(Invoice.id.in_(set(invoice_ids)))
        .order_by(Invoice.id)
        .with_for_update(of=Invoice)
        .execution_options(populate_existing=True)
    ).all()
    hold(session, rows)
    return {invoice.id: invoice for invoice in rows}


def lock_payments(session: Session, payment_ids: Collection[int]) -> dict[int, Payment]:
    """These payments as they are now, locked until the commit."""
    if not payment_ids:
        return {}
    known = held(session, Payment, payment_ids)
    if known is not None:
        return known
    rows = session.scalars(
        select(Payment)
        .where(Payment.id.in_(set(payment_ids)))
        .order_by(Payment.id)
        .with_for_update(of=Payment)
        .execution_options(populate_existing=True)
    ).all()
    hold(session, rows)
    return {payment.id: payment for payment in rows}
