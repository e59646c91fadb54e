"""What a bill is expected to hold: what was received and not billed, advances to be taken off, and
what a debit note takes back."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.purchases.models import Bill, BillLine, Order, OrderLine
from addons.purchases.services.orders.progress import in_unit
from addons.purchases.services.orders.writing import order_title
from core.api import Conflict, phrase

_ZERO: Final = Decimal(0)
_FINEST: Final = Decimal("0.000001")


def lines_of_order(session: Session, order: Order) -> list[dict[str, Any]]:
    """Lines for what came of an order and was not billed, at the prices ordered, and the advances
    that were billed for it, taken off. Raises Conflict where nothing is left to bill."""
    due = [
        (line, line.stock_kept - line.stock_billed)
        for line in order.lines
        if line.stock_kept > line.stock_billed
    ]
    if not due:
        raise Conflict(
            phrase("Nothing of {order} was received and not billed yet.", order=order_title(order)),
            fix=phrase("Write the lines yourself, if the bill came before the goods."),
        )
    return [*(order_line_values(line, stock) for line, stock in due), *_advances(session, order)]


def order_line_values(line: OrderLine, stock: Decimal) -> dict[str, Any]:
    """A bill's line for stock units of an order's line, see `_sized`."""
    return {
        "role": "goods" if line.kind == "goods" else "expense",
        "product_id": line.product_id,
        "order_line_id": line.id,
        "label": line.label,
        **_sized(line, stock),
        "discount_percent": line.discount_percent,
        "tax_codes": line.tax_codes,
    }


def lines_of_bill(session: Session, bill: Bill) -> list[dict[str, Any]]:
    """A debit note's lines: what was billed beyond what was kept of the orders, or without such,
    the whole bill."""
    back = [
        (line, min(over, line.stock_quantity))
        for line in bill.lines
        if line.order_line is not None
        and not line.price_only
        and (over := line.order_line.stock_billed - line.order_line.stock_kept) > 0
        and line.order_line.stock_returned > 0
    ]
    chosen = back or [(line, line.stock_quantity) for line in bill.lines if line.role != "rounding"]
    return [_copy(line, stock) for line, stock in chosen if line.quantity > 0]


def _sized(line: OrderLine | BillLine, stock: Decimal) -> dict[str, Any]:
    """Quantity, unit and price for so many stock units: in the unit of the line, unless that would
    be a fraction without end, a third of a dozen; then in the stock unit."""
    quantity = in_unit(stock, line.factor)
    if quantity * line.factor == stock:
        return {"quantity": quantity, "unit_id": line.unit_id, "price": line.price}
    price = (line.price / line.factor).quantize(_FINEST, ROUND_HALF_UP)
    return {"quantity": stock, "unit_id": None, "price": price}


def _copy(line: BillLine, stock: Decimal) -> dict[str, Any]:
    return {
        "role": line.role,
        "product_id": line.product_id,
        "order_id": line.order_id,
        "order_line_id": line.order_line_id,
        "label": line.label,
        **_sized(line, stock or line.quantity * line.factor),
        "price_only": line.price_only,
        "discount_percent": line.discount_percent,
        "tax_codes": line.tax_codes,
    }


def _advances(session: Session, order: Order) -> list[dict[str, Any]]:
    """Advances billed for an order and not taken off yet, by their taxes."""
    sign = func.sum(BillLine.net)
    rows = session.execute(
        select(BillLine.tax_codes, sign)
        .join(Bill, Bill.id == BillLine.bill_id)
        .where(
            BillLine.order_id == order.id,
            BillLine.role == "advance",
            Bill.state == "posted",
            Bill.kind == "bill",
            Bill.currency == order.currency,
        )
        .group_by(BillLine.tax_codes)
        .order_by(BillLine.tax_codes)
    )
    return [
        {
            "role": "advance",
            "order_id": order.id,
            "label": phrase("Advance for {order}", order=order_title(order)),
            "quantity": Decimal(-1),
            "price": left,
            "tax_codes": codes,
        }
        for codes, left in rows
        if left > _ZERO
    ]
