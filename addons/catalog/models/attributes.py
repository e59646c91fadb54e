"""What variants of a product differ in: attributes such as colour and size, and their values."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record


class Attribute(Record, Model):
    """An attribute. `position` is its place in a variant's name and in a product code."""

    __tablename__ = "attribute"
    __table_args__ = (CheckConstraint("name <> ''", name="name"), {"schema": "catalog"})

    name: Mapped[str] = mapped_column(unique=True)
    name_local: Mapped[str] = mapped_column(default="", server_default="")
    position: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    values: Mapped[list[AttributeValue]] = relationship(
        lambda: AttributeValue,
        back_populates="attribute",
        cascade="all, delete-orphan",
        order_by=lambda: (AttributeValue.position, AttributeValue.id),
    )


class AttributeValue(Record, Model):
    """A value of an attribute: red, XL. `code` is what stands for it in product codes; without
    one, the name does."""

    __tablename__ = "attribute_value"

    attribute_id: Mapped[int] = mapped_column(ForeignKey("catalog.attribute.id"))
    name: Mapped[str]
    name_local: Mapped[str] = mapped_column(default="", server_default="")
    code: Mapped[str] = mapped_column(default="", server_default="")
    position: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    attribute: Mapped[Attribute] = relationship(Attribute, back_populates="values")

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        UniqueConstraint("attribute_id", "name"),
        {"schema": "catalog"},
    )
