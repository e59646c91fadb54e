"""Templates and products.

A product is the thing that is bought, stocked and sold. Each belongs to a template; a template
without attributes has exactly one, any other has one for each combination of values that was used
or asked for, never for all that are possible.
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, and_, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.catalog.models.attributes import AttributeValue
from addons.catalog.models.barcodes import Barcode, Packaging
from addons.catalog.models.shared import Described
from core.api import Model, Record


class Template(Described, Record, Model):
    """What variants of a product have in common. `sku_pattern` makes their codes, where it is
    another than the company's."""

    __tablename__ = "template"

    sku_pattern: Mapped[str] = mapped_column(default="", server_default="")

    choices: Mapped[list[TemplateValue]] = relationship(
        lambda: TemplateValue,
        back_populates="template",
        cascade="all, delete-orphan",
        order_by=lambda: (TemplateValue.position, TemplateValue.id),
    )
    exclusions: Mapped[list[Exclusion]] = relationship(
        lambda: Exclusion,
        back_populates="template",
        cascade="all, delete-orphan",
        order_by=lambda: Exclusion.id,
    )

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("kind IN ('goods', 'service')", name="kind"),
        CheckConstraint("tracking IN ('none', 'lot', 'serial')", name="tracking"),
        CheckConstraint("kind = 'goods' OR tracking = 'none'", name="service_tracking"),
        CheckConstraint("NOT expires OR tracking <> 'none'", name="expires"),
        CheckConstraint("sale_price >= 0", name="sale_price"),
        CheckConstraint("weight >= 0 AND volume >= 0", name="measures"),
        Index("ix_template_name", "name"),
        {"schema": "catalog"},
    )


class TemplateValue(Record, Model):
    """A value that variants of a template may have. `price_extra` is added to the template's
    price. The default is what variants get that were there before the attribute was."""

    __tablename__ = "template_value"

    template_id: Mapped[int] = mapped_column(ForeignKey("catalog.template.id", ondelete="CASCADE"))
    value_id: Mapped[int] = mapped_column(ForeignKey("catalog.attribute_value.id"), index=True)
    price_extra: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    is_default: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    position: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    template: Mapped[Template] = relationship(Template, back_populates="choices")
    value: Mapped[AttributeValue] = relationship(AttributeValue)

    __table_args__ = (UniqueConstraint("template_id", "value_id"), {"schema": "catalog"})


class Exclusion(Record, Model):
    """Two values of a template that do not go together: there is no such variant."""

    __tablename__ = "exclusion"

    template_id: Mapped[int] = mapped_column(ForeignKey("catalog.template.id", ondelete="CASCADE"))
    value_id: Mapped[int] = mapped_column(ForeignKey("catalog.attribute_value.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("catalog.attribute_value.id"), index=True)

    template: Mapped[Template] = relationship(Template, back_populates="exclusions")
    value: Mapped[AttributeValue] = relationship(AttributeValue, foreign_keys=[value_id])
    other: Mapped[AttributeValue] = relationship(AttributeValue, foreign_keys=[other_id])

    __table_args__ = (
        UniqueConstraint("template_id", "value_id", "other_id"),
        CheckConstraint("value_id <> other_id", name="two"),
        {"schema": "catalog"},
    )


class Product(Described, Record, Model):
    """A product: its template's columns, and its own. `combination` holds the ids of its values in
    ascending order, `variant` what they are called: "Red, L". `own` names the columns in which it
    differs from its template. `codes` are all its barcodes, for searches alone.
    """

    __tablename__ = "product"

    template_id: Mapped[int] = mapped_column(ForeignKey("catalog.template.id"))
    combination: Mapped[list[int]] = mapped_column(
        ARRAY(BIGINT), default=list, server_default=text("'{}'")
    )
    variant: Mapped[str] = mapped_column(default="", server_default="")
    own: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    sku: Mapped[str] = mapped_column(unique=True)
    barcode: Mapped[str] = mapped_column(default="", server_default="")
    codes: Mapped[str] = mapped_column(default="", server_default="")

    template: Mapped[Template] = relationship(Template)
    barcodes: Mapped[list[Barcode]] = relationship(
        Barcode,
        primaryjoin=lambda: and_(Product.id == Barcode.product_id, Barcode.role == "more"),
        cascade="all, delete-orphan",
        order_by=Barcode.id,
    )
    packagings: Mapped[list[Packaging]] = relationship(
        Packaging,
        cascade="all, delete-orphan",
        order_by=(Packaging.position, Packaging.id),
    )

    @property
    def label_code(self) -> str:
        """What its label bears: the barcode, or the code where it has none."""
        return self.barcode or self.sku

    __table_args__ = (
        UniqueConstraint("template_id", "combination"),
        CheckConstraint("sku <> '' AND sku = btrim(sku)", name="sku"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("sale_price >= 0", name="sale_price"),
        Index("ix_product_name", "name"),
        Index("ix_product_combination", "combination", postgresql_using="gin"),
        {"schema": "catalog"},
    )
