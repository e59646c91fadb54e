"""Lots and serial numbers: goods of a product that are told apart."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record


class Lot(Record, Model):
    """A lot, or one piece with a serial number; the product says which of the two."""

    __tablename__ = "lot"

    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"))
    name: Mapped[str]
    made_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    __table_args__ = (
        UniqueConstraint("product_id", "name"),
        UniqueConstraint("id", "product_id"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("made_on <= expires_on", name="days"),
        Index("ix_lot_name", "name"),
        Index("ix_lot_expires_on", "expires_on", postgresql_where=text("expires_on IS NOT NULL")),
        {"schema": "inventory"},
    )


MODELS: Final[tuple[type, ...]] = (Lot,)
