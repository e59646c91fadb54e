"""What the goods on an invoice cost: the value at which they left, where the stock told it."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.sales.models import DeliveryLine, Invoice, InvoiceLine
from addons.sales.services.amounts import EXACT


def costs_of_lines(session: Session, invoice: Invoice) -> dict[InvoiceLine, Decimal]:
    """The cost of a stock unit on each line of which deliveries tell the value. The others keep
    what a unit cost when the line was written."""
    lines = {
        line.order_line_id: line
        for line in invoice.lines
        if line.order_line_id is not None and line.corrects_line_id is None
    }
    if not lines:
        return {}
    rows = session.execute(
        select(
            DeliveryLine.order_line_id,
            func.sum(DeliveryLine.value),
            func.sum(DeliveryLine.stock_quantity),
        )
        .where(
            DeliveryLine.order_line_id.in_(lines),
            DeliveryLine.value.is_not(None),
        )
        .group_by(DeliveryLine.order_line_id)
    )
    return {
        lines[line_id]: EXACT.divide(value, quantity)
        for line_id, value, quantity in rows
        if value is not None and quantity
    }
