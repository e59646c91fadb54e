"""When an invoice falls due: as agreed by hand on its order, else by the terms of the customer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy.orm import Session

from addons.catalog.api import Instalment, instalments
from addons.sales.models import Invoice, SalesOrder
from addons.sales.services.amounts import split, step_of


def instalments_of(
    session: Session, invoice: Invoice, orders: Collection[SalesOrder]
) -> tuple[Instalment, ...]:
    """The parts of the invoice's total, which sum to it, the first due first. What was agreed by
    hand holds where the invoice is for one order alone, and no advance."""
    agreed = [order for order in orders if order.instalments]
    if len(orders) == 1 and agreed and invoice.basis != "advance":
        plan = sorted(agreed[0].instalments, key=lambda one: (one.days, one.position))
        parts = split(invoice.total, [one.percent for one in plan], step_of(invoice.currency))
        return tuple(
            Instalment(invoice.day + timedelta(days=one.days), part)
            for one, part in zip(plan, parts, strict=True)
        )
    found = instalments(
        session, invoice.contact_id, "sale", invoice.day, invoice.total, invoice.currency
    )
    return tuple(sorted(found, key=lambda one: one.due)) or (
        Instalment(invoice.day, invoice.total),
    )
