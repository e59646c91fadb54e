"""What the goods on an invoice cost: the value at which they left, where the stock told it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.sales.models import DeliveryLine, Invoice, InvoiceLine
from addons.sales.services.amounts import EXACT
from core.api import fetch_rows

_COSTS: Final = (
    select(
        DeliveryLine.order_line_id,
        func.sum(DeliveryLine.value),
        func.sum(DeliveryLine.stock_quantity),
    )
    .where(
        DeliveryLine.order_line_id == func.any(bindparam("lines", type_=ARRAY(BIGINT))),
        DeliveryLine.value.is_not(None),
    )
    .group_by(DeliveryLine.order_line_id)
)


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
    rows = fetch_rows(session, _COSTS, {"lines": list(lines)})
    return {
        lines[line_id]: EXACT.divide(value, quantity)
        for line_id, value, quantity in rows
        if value is not None and quantity
    }
