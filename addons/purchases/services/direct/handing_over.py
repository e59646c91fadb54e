"""What arrived at a customer's, or goes back from there, noted from the customer's order: by
receipts and returns of the orders that serve it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.purchases.models import Order, OrderLine, Receipt
from addons.purchases.services.direct.lines import lock_serving
from addons.purchases.services.orders.progress import in_line_unit
from addons.purchases.services.receiving.documents import create_receipt
from addons.purchases.services.receiving.posting import post_receipt
from core.api import Conflict, phrase


@dataclass(frozen=True, slots=True)
class Goods:
    """Stock units of a line of the customer's document, and of which lots, as somebody typed
    them."""

    line_id: int
    quantity: Decimal
    lots: str = ""


def receive(
    session: Session, source: tuple[str, int], goods: Sequence[Goods], day: date, key: str
) -> None:
    """Post receipts of what arrived, the oldest order first. The same key again changes nothing.
    Raises Conflict for goods that no supplier was asked for."""
    orders = [one for one in lock_serving(session, source) if one.state == "approved"]
    open_ = {line.id: line.stock_open for one in orders for line in one.lines}
    _post(session, orders, goods, open_, {"kind": "receipt", "date": day}, key)


def send_back(
    session: Session,
    source: tuple[str, int],
    goods: Sequence[Goods],
    day: date,
    key: str,
    *,
    replace: bool,
    reason: str,
) -> None:
    """Post returns of what went back to its supplier, the newest order first; errors as above."""
    orders = [one for one in lock_serving(session, source) if one.state in ("approved", "done")]
    kept = {line.id: line.stock_kept for one in orders for line in one.lines}
    values = {"kind": "return", "date": day, "replace": replace, "reason": reason}
    _post(session, orders[::-1], goods, kept, values, key)


def _post(
    session: Session,
    orders: Sequence[Order],
    goods: Sequence[Goods],
    most: Mapping[int, Decimal],
    values: Mapping[str, Any],
    key: str,
) -> None:
    known = select(Receipt.id).where(Receipt.key.startswith(f"{key}:", autoescape=True))
    if session.scalar(known.limit(1)) is not None:
        return
    shared: dict[int, list[dict[str, Any]]] = {}
    for one in goods:
        for line, part in _shares(orders, one, most):
            whole = part == one.quantity
            if one.lots and not whole:
                raise Conflict(
                    phrase("Several orders bring {product}.", product=line.label),
                    fix=phrase("Receive each of them by itself, with its lots."),
                )
            sent = {"order_line_id": line.id, "quantity": in_line_unit(line, part)}
            shared.setdefault(line.order_id, []).append({**sent, "lots": one.lots})
    for order in orders:
        if order.id in shared:
            lines = shared[order.id]
            receipt = create_receipt(session, {"order_id": order.id, **values, "lines": lines})
            receipt.key = f"{key}:{order.id}"
            post_receipt(session, receipt)


def _shares(
    orders: Sequence[Order], goods: Goods, most: Mapping[int, Decimal]
) -> list[tuple[OrderLine, Decimal]]:
    """Which line of which order brings how much of it."""
    left, found = goods.quantity, []
    for order in orders:
        for line in order.lines:
            part = min(left, most[line.id]) if line.for_line_id == goods.line_id else Decimal(0)
            if part > 0:
                found.append((line, part))
                left -= part
    if left > 0:
        done = goods.quantity - left
        raise Conflict(
            phrase(
                "No more than {quantity} of it stands in orders to suppliers.",
                quantity=f"{done.normalize():f}",
            ),
            fix=phrase("Place the order with the supplier first, or order the rest from him."),
        )
    return found
