"""When an invoice falls due: as agreed by hand on its order, else by the terms of the customer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from addons.catalog.api import Instalment, instalments
from addons.sales.models import Invoice, OrderInstalment, SalesOrder
from addons.sales.services.amounts import split, step_of
from core.api import fetch_value

# Built once: every invoice asks it, and few orders have any.
_BY_HAND: Final = (
    select(OrderInstalment.id).where(OrderInstalment.order_id == bindparam("order")).limit(1)
)


def instalments_of(
    session: Session, invoice: Invoice, orders: Collection[SalesOrder]
) -> tuple[Instalment, ...]:
    """The parts of the invoice's total, which sum to it, the first due first. What was agreed by
    hand holds where the invoice is for one order alone, and no advance. What is kept back is a part
    of its own, and due at once when it is released."""
    if invoice.basis == "retention":
        return (Instalment(invoice.day, invoice.total),)
    if not invoice.retained or invoice.retained_until is None:
        return _due_parts(session, invoice, orders, invoice.total)
    kept, now = invoice.retained, invoice.total - invoice.retained
    parts = _due_parts(session, invoice, orders, now) if now else ()
    return tuple(
        sorted((*parts, Instalment(invoice.retained_until, kept)), key=lambda one: one.due)
    )


def _due_parts(
    session: Session, invoice: Invoice, orders: Collection[SalesOrder], total: Decimal
) -> tuple[Instalment, ...]:
    agreed = _agreed_by_hand(session, orders) if invoice.basis != "advance" else ()
    if agreed:
        plan = sorted(agreed, key=lambda one: (one.days, one.position))
        parts = split(total, [one.percent for one in plan], step_of(invoice.currency))
        return tuple(
            Instalment(invoice.day + timedelta(days=one.days), part)
            for one, part in zip(plan, parts, strict=True)
        )
    found = instalments(session, invoice.contact_id, "sale", invoice.day, total, invoice.currency)
    return tuple(sorted(found, key=lambda one: one.due)) or (Instalment(invoice.day, total),)


def _agreed_by_hand(session: Session, orders: Collection[SalesOrder]) -> Sequence[OrderInstalment]:
    """The instalments that were agreed on the one order of an invoice."""
    if len(orders) != 1:
        return ()
    (order,) = orders
    if fetch_value(session, _BY_HAND, {"order": order.id}) is None:
        return ()
    return order.instalments
