"""Where an order stands: what has come, what was billed, and whether it is done.

Both follow from the lines alone. A line is complete when no more than its tolerance is missing of
what is still wanted; more than was ordered is complete, too, and said as what it is.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.purchases.events import OrderClosed
from addons.purchases.models import Order, OrderLine
from addons.purchases.options import PurchasesOptions
from core.api import emit, options

_ZERO: Final = Decimal(0)
_FINEST: Final = Decimal("0.000001")


def refresh_progress(session: Session, order: Order) -> None:
    """Write down where a binding order stands, and tell when nothing more is expected of it."""
    if order.state not in ("approved", "done"):
        return
    under = options(session, PurchasesOptions).under_tolerance
    for line in order.lines:
        line.received = in_line_unit(line, line.stock_received)
        line.returned = in_line_unit(line, line.stock_returned)
        line.billed = in_line_unit(line, line.stock_billed)
    complete = all(is_complete(line, under) for line in order.lines)
    order.receipt_progress = _receipt_progress(order, complete)
    order.bill_progress = _bill_progress(order, complete)
    billed = order.bill_progress == "full" or not any(
        line.stock_kept or line.stock_billed for line in order.lines
    )
    order.state = "done" if complete and billed else "approved"
    if order.open_for_receipt and complete:
        order.open_for_receipt = False
        session.flush()
        emit(session, OrderClosed(order.id, order.number or ""))
    elif not complete:
        order.open_for_receipt = True
    session.flush()


def in_line_unit(line: OrderLine, stock: Decimal) -> Decimal:
    """Stock units in the unit of the line."""
    return in_unit(stock, line.factor)


def in_unit(stock: Decimal, factor: Decimal) -> Decimal:
    """Stock units in a unit of which one is `factor` of them, with at most six decimals."""
    return stock if factor == 1 else (stock / factor).quantize(_FINEST, ROUND_HALF_UP)


def is_complete(line: OrderLine, under: Decimal) -> bool:
    """Whether nothing more is expected of a line, by its own tolerance or this one."""
    tolerance = under if line.under_tolerance is None else line.under_tolerance
    return line.stock_open <= line.stock_quantity * tolerance / 100


def _receipt_progress(order: Order, complete: bool) -> str:
    if any(line.stock_kept > line.stock_quantity for line in order.lines):
        return "over"
    if not any(line.stock_kept for line in order.lines):
        return "none"
    return "full" if complete else "partial"


def _bill_progress(order: Order, complete: bool) -> str:
    due = [
        (line, max(line.stock_quantity - line.stock_closed, line.stock_kept))
        for line in order.lines
    ]
    if any(line.stock_billed > most for line, most in due):
        return "over"
    if not any(line.stock_billed > 0 for line in order.lines):
        return "none"
    whole = all(line.stock_billed >= (line.stock_kept if complete else most) for line, most in due)
    return "full" if whole else "partial"
