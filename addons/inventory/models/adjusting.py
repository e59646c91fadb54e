"""Documents that change what goods are worth by hand, and those that bring in opening stock."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record, msg

REVALUATION_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("cost", msg("New cost of a piece")),
    ("method", msg("New cost method")),
)
POSTED_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("draft", msg("Draft")),
    ("posted", msg("Posted")),
)


class Revaluation(Record, Model):
    """Another cost of a product's goods, or another method, from a day on, and why. By the
    standard method `unit_cost` is the new standard price."""

    __tablename__ = "revaluation"

    number: Mapped[str | None] = mapped_column(unique=True)
    day: Mapped[date]
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    kind: Mapped[str] = mapped_column(default="cost", server_default="cost")
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.lot.id"), index=True)
    unit_cost: Mapped[Decimal | None]
    method: Mapped[str | None]
    reason: Mapped[str]
    valuation_id: Mapped[int | None] = mapped_column(
        ForeignKey("inventory.valuation.id"), index=True
    )

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'posted')", name="state"),
        CheckConstraint("kind IN ('cost', 'method')", name="kind"),
        CheckConstraint("unit_cost >= 0 AND unit_cost < 'Infinity'", name="unit_cost"),
        CheckConstraint("method IN ('fifo', 'average', 'standard')", name="method"),
        CheckConstraint("reason <> ''", name="reason"),
        {"schema": "inventory"},
    )


class OpeningStock(Record, Model):
    """Goods that were there before the company began to work with inventory. Where they lie, their
    lot, day and reference name them: the same file brought in twice is there once."""

    __tablename__ = "opening_stock"

    day: Mapped[date]
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("inventory.location.id"), index=True)
    quantity: Mapped[Decimal]
    unit_cost: Mapped[Decimal]
    lot: Mapped[str] = mapped_column(default="", server_default="")
    expires_on: Mapped[date | None]
    reference: Mapped[str] = mapped_column(default="", server_default="")
    move_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.move.id"), index=True)

    __table_args__ = (
        UniqueConstraint("product_id", "location_id", "lot", "day", "reference"),
        CheckConstraint("state IN ('draft', 'posted')", name="state"),
        CheckConstraint("quantity > 0 AND quantity < 'Infinity'", name="quantity"),
        CheckConstraint("unit_cost >= 0 AND unit_cost < 'Infinity'", name="unit_cost"),
        {"schema": "inventory"},
    )


MODELS: Final[tuple[type, ...]] = (Revaluation, OpeningStock)
