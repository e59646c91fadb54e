"""Barcodes and the packagings that bear some of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record, msg

ROLES: Final[tuple[tuple[str, str], ...]] = (
    ("main", msg("Main barcode")),
    ("more", msg("Another barcode")),
    ("packaging", msg("Of a packaging")),
)


class Packaging(Record, Model):
    """Something a product is packed into: a carton of 12. `quantity` is in the stock unit,
    `barcode` holds its codes with spaces between them."""

    __tablename__ = "packaging"

    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id", ondelete="CASCADE"))
    name: Mapped[str]
    quantity: Mapped[Decimal]
    barcode: Mapped[str] = mapped_column(default="", server_default="")
    weight: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    for_sale: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    for_purchase: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    position: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __table_args__ = (
        UniqueConstraint("product_id", "name"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("weight >= 0", name="weight"),
        {"schema": "catalog"},
    )


class Barcode(Record, Model):
    """A barcode, of one product in the whole company. Those of role "main" and "packaging" follow
    `Product.barcode` and `Packaging.barcode`; `code` is written as services.barcodes has it."""

    __tablename__ = "barcode"

    product_id: Mapped[int] = mapped_column(
        ForeignKey("catalog.product.id", ondelete="CASCADE"), index=True
    )
    packaging_id: Mapped[int | None] = mapped_column(
        ForeignKey("catalog.packaging.id", ondelete="CASCADE"), index=True
    )
    code: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str] = mapped_column(default="more", server_default="more")

    __table_args__ = (
        CheckConstraint("code <> ''", name="code"),
        CheckConstraint("role IN ('main', 'more', 'packaging')", name="role"),
        CheckConstraint("(role = 'packaging') = (packaging_id IS NOT NULL)", name="packaging"),
        # That there is one is told with its product or packaging.
        {"schema": "catalog", "info": {"audit": "changes"}},
    )
