"""Sales below the smallest margin that somebody allowed all the same."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.catalog.models.products import Product
from core.api import Model


class MarginOverride(Model):
    """A line of a document that was let through: what it brought, what it cost, who and why. It is
    never changed."""

    __tablename__ = "margin_override"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    source_type: Mapped[str]
    source_id: Mapped[int]
    number: Mapped[str] = mapped_column(default="", server_default="")
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    quantity: Mapped[Decimal]
    net: Mapped[Decimal]
    cost: Mapped[Decimal]
    minimum: Mapped[Decimal]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    allowed_by: Mapped[str] = mapped_column(default="", server_default="")
    allowed_at: Mapped[datetime]

    product: Mapped[Product] = relationship()

    __table_args__ = (
        Index("ix_margin_override_source", "source_type", "source_id"),
        {"schema": "catalog", "info": {"audit": "none", "runtime": "SELECT, INSERT"}},
    )
