"""What a template says and its variants share."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from addons.catalog.models.sorting import Brand, Category
from addons.catalog.models.units import Unit
from core.api import msg

KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("goods", msg("Goods")),
    ("service", msg("Service")),
)
TRACKINGS: Final[tuple[tuple[str, str], ...]] = (
    ("none", msg("Not tracked")),
    ("lot", msg("By lot")),
    ("serial", msg("By serial number")),
)


class Described:
    """Columns of a template that its variants have too. A variant's are written from its
    template's; those that it may have of its own are named in `Product.own`."""

    name: Mapped[str]
    name_local: Mapped[str] = mapped_column(default="", server_default="")
    kind: Mapped[str] = mapped_column(default="goods", server_default="goods")
    category_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.category.id"), index=True)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.brand.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("catalog.unit.id"), index=True)
    sale_unit_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.unit.id"))
    purchase_unit_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.unit.id"))
    tax_group: Mapped[str] = mapped_column(default="", server_default="")
    tracking: Mapped[str] = mapped_column(default="none", server_default="none")
    expires: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    sale_price: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    weight: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    volume: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    sellable: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    purchasable: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    tariff_code: Mapped[str] = mapped_column(default="", server_default="")
    origin: Mapped[str] = mapped_column(default="", server_default="")
    description: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    @declared_attr
    @classmethod
    def category(cls) -> Mapped[Category | None]:
        return relationship(Category)

    @declared_attr
    @classmethod
    def brand(cls) -> Mapped[Brand | None]:
        return relationship(Brand)

    @declared_attr
    @classmethod
    def unit(cls) -> Mapped[Unit]:
        return relationship(Unit, foreign_keys=[cls.unit_id])

    @declared_attr
    @classmethod
    def sale_unit(cls) -> Mapped[Unit | None]:
        return relationship(Unit, foreign_keys=[cls.sale_unit_id])

    @declared_attr
    @classmethod
    def purchase_unit(cls) -> Mapped[Unit | None]:
        return relationship(Unit, foreign_keys=[cls.purchase_unit_id])


DESCRIBED: Final = (
    "name",
    "name_local",
    "kind",
    "category_id",
    "brand_id",
    "unit_id",
    "sale_unit_id",
    "purchase_unit_id",
    "tax_group",
    "tracking",
    "expires",
    "sale_price",
    "weight",
    "volume",
    "sellable",
    "purchasable",
    "tariff_code",
    "origin",
    "description",
)
"""The names of these columns, without `active`: a variant can rest by itself."""
MAY_DIFFER: Final = ("name", "name_local", "sale_price", "weight", "volume", "description")
"""Those in which a variant may differ from its template."""
