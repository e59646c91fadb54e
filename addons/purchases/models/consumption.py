"""Goods of suppliers that were used: bought in that moment, and to be billed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model


class Consumption(Model):
    """Stock units of a supplier's goods that a move used, or, below zero, gave back unused.
    `price` is what he asks for one, in `currency`; `value` is what was put down, in the company's.
    The order's line that buys them is found later; with `settled` that is final."""

    __tablename__ = "consumption"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    move_id: Mapped[int] = mapped_column(unique=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), index=True)
    day: Mapped[date]
    number: Mapped[str] = mapped_column(default="", server_default="")
    quantity: Mapped[Decimal]
    price: Mapped[Decimal]
    currency: Mapped[str]
    value: Mapped[Decimal]
    order_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("purchases.order_line.id", ondelete="SET NULL"), index=True
    )
    settled: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        CheckConstraint("quantity <> 0", name="quantity"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        Index("ix_consumption_contact_id", "contact_id", "day"),
        {
            "schema": "purchases",
            "info": {"runtime": "SELECT, INSERT, UPDATE", "audit": "changes"},
        },
    )


MODELS = (Consumption,)
