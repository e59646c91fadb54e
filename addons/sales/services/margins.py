"""Holds an order up whose lines bring less than the company wants."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.catalog.api import MarginLine, MarginSource, require_margin
from addons.sales.models import SalesOrder
from addons.sales.services.amounts import EXACT
from addons.sales.services.expecting import ORDER
from addons.sales.services.working_out import in_company


def require_order_margin(session: Session, order: SalesOrder) -> None:
    """The catalog's guard over what is sold; raises as `catalog.require_margin`. Needs the order's
    rate."""
    rate = order.rate
    if rate is None:
        return
    lines = [
        MarginLine(
            line.product_id,
            EXACT.multiply(line.quantity, line.factor),
            in_company(session, line.net, rate),
        )
        for line in order.lines
        if line.is_sold and line.product_id is not None and line.is_goods
    ]
    if lines:
        source = MarginSource(ORDER, order.id, order.number or "")
        require_margin(session, lines, source=source, reason=order.credit_reason)
