"""Goods that lie elsewhere than with their owner, and the lines of orders by which those of a
supplier are bought when they are used."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, msg


class ConsignedPurchase(Model):
    """A move by which goods of a supplier were used, or came back to him unused, and the line of
    the order that buys it: what a bill of that order is compared with."""

    __tablename__ = "consigned_purchase"

    move_id: Mapped[int] = mapped_column(
        ForeignKey("inventory.move.id"), primary_key=True, autoincrement=False
    )
    order_id: Mapped[int]
    order_line_id: Mapped[int]

    __table_args__ = (
        Index("ix_consigned_purchase_order", "order_id", "order_line_id"),
        {"schema": "inventory", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )


class LentGoods(Model):
    """What there is of a product, or of a lot of it, at a place where it lies as somebody else's:
    a supplier's with the company ("theirs"), or the company's with a customer ("ours"). A view."""

    __tablename__ = "lent_goods"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int]
    location_id: Mapped[int]
    lot_id: Mapped[int | None]
    quantity: Mapped[Decimal]
    since: Mapped[datetime]
    whose: Mapped[str]
    contact_id: Mapped[int]

    __table_args__ = (
        {
            "schema": "inventory",
            "info": {"runtime": "SELECT", "audit": "none", "view": True},
        },
    )


WHOSE: Final[tuple[tuple[str, str], ...]] = (
    ("theirs", msg("A supplier's, with us")),
    ("ours", msg("Ours, with a customer")),
)
MODELS: Final[tuple[type, ...]] = (ConsignedPurchase, LentGoods)
