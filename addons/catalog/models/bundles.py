"""Bundles: products that are sold as one and delivered as their parts."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.catalog.models.products import Product
from core.api import Model, Record, msg

PRICINGS: Final[tuple[tuple[str, str], ...]] = (
    ("own", msg("Its own price")),
    ("parts", msg("The prices of its parts")),
)


class Bundle(Record, Model):
    """A product that is sold as its parts. Its price is its own, or the sum of those of its parts
    less `percent`; either is shared out among them."""

    __tablename__ = "bundle"

    product_id: Mapped[int] = mapped_column(
        ForeignKey("catalog.product.id", ondelete="CASCADE"), unique=True
    )
    pricing: Mapped[str] = mapped_column(default="own", server_default="own")
    percent: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    note: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    product: Mapped[Product] = relationship()
    parts: Mapped[list[BundlePart]] = relationship(
        back_populates="bundle",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="BundlePart.position, BundlePart.id",
    )

    __table_args__ = (
        CheckConstraint("pricing IN ('own', 'parts')", name="pricing"),
        CheckConstraint("percent >= 0 AND percent < 100", name="percent"),
        {"schema": "catalog", "info": {"stamped": True}},
    )


class BundlePart(Model):
    """A part: so many stock units of a product in one of the bundle. `weight` is its share of the
    price beside the others' weights, where that is not by their prices."""

    __tablename__ = "bundle_part"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    bundle_id: Mapped[int] = mapped_column(ForeignKey("catalog.bundle.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default=text("1"))
    weight: Mapped[Decimal | None]
    position: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))

    bundle: Mapped[Bundle] = relationship(back_populates="parts")
    product: Mapped[Product] = relationship()

    __table_args__ = (
        UniqueConstraint("bundle_id", "product_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("weight >= 0", name="weight"),
        {"schema": "catalog"},
    )
