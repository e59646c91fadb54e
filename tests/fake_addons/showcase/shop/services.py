"""What the shop does with orders."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.api import InvalidInput, Related, Trouble, phrase
from tests.fake_addons.showcase.shop.models import Order, OrderLine, Product, Status

TROUBLES: list[Trouble] = []
"""What the shop reports as broken; tests put something in."""


def create_order(session: Session, values: Mapping[str, Any]) -> Order:
    """A draft order; its total is that of its lines."""
    scalars = {name: value for name, value in values.items() if name != "lines"}
    order = Order(**scalars)
    _set_lines(order, values.get("lines", ()))
    session.add(order)
    return order


def change_order(session: Session, order: Order, values: Mapping[str, Any]) -> Order:
    """A draft order with other values."""
    for name, value in values.items():
        if name != "lines":
            setattr(order, name, value)
    if "lines" in values:
        _set_lines(order, values["lines"])
    return order


def confirm(session: Session, order: Order) -> str:
    """Make the order binding."""
    if not order.lines:
        raise InvalidInput.of("lines", phrase("Order {number} has no lines.", number=order.number))
    order.status = Status.CONFIRMED
    return phrase("Order {number} is confirmed.", number=order.number)


def cancel(session: Session, order: Order) -> None:
    """Call the order off."""
    order.status = Status.CANCELLED


def address(session: Session, order: Order) -> list[str]:
    """Where the customer is, line by line, as it stands on paper."""
    return [line for line in (order.customer.city, order.customer.email) if line]


def scan(session: Session, code: str) -> Mapping[str, Any] | None:
    """The line that the barcode of a product means."""
    product = session.scalars(select(Product).where(Product.code == code)).one_or_none()
    return None if product is None else {"product_id": product.id, "price": product.price}


def related(session: Session, order: Order) -> list[Related]:
    """The order that an order follows, and those that follow it."""
    later = session.scalars(select(Order.id).where(Order.follows_id == order.id))
    return [
        Related("shop.orders", order.follows_id, "Earlier order", before=True),
        *(Related("shop.orders", key, "Next order") for key in later),
    ]


def _set_lines(order: Order, lines: Any) -> None:
    known = {line.id: line for line in order.lines}
    kept = []
    for place, sent in enumerate(lines):
        values = dict(sent)
        if values["quantity"] <= 0:
            raise InvalidInput.of(
                f"lines.{place}.quantity", phrase("The quantity must be more than nothing.")
            )
        line = known.get(values.pop("id", None)) or OrderLine()
        for name, value in values.items():
            setattr(line, name, value)
        kept.append(line)
    order.lines = kept
    order.total = sum((line.quantity * line.price for line in kept), Decimal(0))
