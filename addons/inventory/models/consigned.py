"""Suppliers' goods that were used, and the lines of orders by which they are bought."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model


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


MODELS: Final[tuple[type, ...]] = (ConsignedPurchase,)
