"""Units: what quantities are counted and measured in."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record


class UnitCategory(Record, Model):
    """Units that can be converted into each other: those of weight, of length, of pieces."""

    __tablename__ = "unit_category"
    __table_args__ = (CheckConstraint("name <> ''", name="name"), {"schema": "catalog"})

    name: Mapped[str] = mapped_column(unique=True)


class Unit(Record, Model):
    """A unit. `factor` is how many of its category's reference unit (factor 1) make up one of it,
    `digits` how many decimals a quantity has. `standard_code` is that of UN/ECE Recommendation 20,
    as electronic invoices want it: KGM, H87.
    """

    __tablename__ = "unit"

    category_id: Mapped[int] = mapped_column(ForeignKey("catalog.unit_category.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_local: Mapped[str] = mapped_column(default="", server_default="")
    factor: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default=text("1"))
    digits: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    standard_code: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    category: Mapped[UnitCategory] = relationship(UnitCategory)

    __table_args__ = (
        CheckConstraint("code <> '' AND code = btrim(code)", name="code"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("factor > 0", name="factor"),
        CheckConstraint("digits BETWEEN 0 AND 6", name="digits"),
        {"schema": "catalog"},
    )
