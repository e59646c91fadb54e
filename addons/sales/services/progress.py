"""How far an order has come: what may still be delivered and invoiced of it, and its state."""

from __future__ import annotations

from decimal import Decimal

from addons.sales.models import OrderLine, SalesOrder
from addons.sales.services.amounts import EXACT, HUNDRED, ZERO, quantity_in

_ALMOST: Decimal = Decimal("0.00001")
"""What conversions into a unit can be off by, when goods leave in many small parts."""


def to_deliver(line: OrderLine) -> Decimal:
    """What is still to be delivered of a line, in its unit."""
    if not (line.is_sold and line.is_goods):
        return ZERO
    return max(line.quantity - line.delivered, ZERO)


def may_deliver(line: OrderLine, over_percent: Decimal) -> Decimal:
    """What may be delivered of a line at the most, the tolerance included."""
    most = EXACT.divide(EXACT.multiply(line.quantity, HUNDRED + over_percent), HUNDRED)
    return max(most - line.delivered, ZERO)


def may_invoice(line: OrderLine, basis: str) -> Decimal:
    """How much of a line invoices may come to in all, going by what was delivered or ordered.
    Services are invoiced as they were ordered."""
    if not line.is_sold:
        return ZERO
    whole = line.delivered if basis == "delivered" and line.is_goods else line.quantity
    return max(whole - line.returned, ZERO)


def to_invoice(line: OrderLine, basis: str) -> Decimal:
    """What is still to be invoiced of a line, in its unit."""
    left = may_invoice(line, basis) - line.invoiced
    return left if left > _ALMOST else ZERO


def set_delivered(line: OrderLine, stock_quantity: Decimal) -> None:
    """Note that so much more was delivered, or less where it is negative, in stock units."""
    line.delivered_stock += stock_quantity
    line.delivered = quantity_in(line.delivered_stock, line.factor)


def set_returned(line: OrderLine, stock_quantity: Decimal) -> None:
    """Note that so much came back for good, in stock units."""
    line.returned_stock += stock_quantity
    line.returned = quantity_in(line.returned_stock, line.factor)


def refresh(order: SalesOrder) -> None:
    """Say anew how far the order has come, and whether it is done."""
    sold = [line for line in order.lines if line.is_sold]
    goods = [line for line in sold if line.is_goods]
    order.delivery_progress = _progress(
        [line.delivered for line in goods], [to_deliver(line) for line in goods]
    )
    left = [max(line.quantity - line.returned - line.invoiced, ZERO) for line in sold]
    order.invoice_progress = _progress(
        [line.invoiced for line in sold], [one if one > _ALMOST else ZERO for one in left]
    )
    if order.state in ("confirmed", "done"):
        goods_done = not goods or order.delivery_progress == "all"
        done = goods_done and order.invoice_progress == "all"
        order.state = "done" if done else "confirmed"


def _progress(did: list[Decimal], left: list[Decimal]) -> str:
    if did and not any(left):
        return "all"
    return "partly" if any(did) else "nothing"
