"""What products are sorted by: categories, which form a tree, and brands."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record


class Category(Record, Model):
    """A category. `path` holds the ids from the root down to itself, and `full_name` the names:
    "Food / Rice". The services write both; a product is in every category of its path."""

    __tablename__ = "category"

    name: Mapped[str]
    name_local: Mapped[str] = mapped_column(default="", server_default="")
    code: Mapped[str | None] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.category.id"), index=True)
    full_name: Mapped[str] = mapped_column(default="", server_default="")
    path: Mapped[list[int]] = mapped_column(
        ARRAY(BIGINT), default=list, server_default=text("'{}'")
    )
    tax_group: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    parent: Mapped[Category | None] = relationship(
        lambda: Category, remote_side=lambda: Category.id
    )

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("code <> ''", name="code"),
        CheckConstraint("parent_id <> id", name="parent"),
        Index("uq_category_parent_name", text("coalesce(parent_id, 0)"), "name", unique=True),
        Index("ix_category_path", "path", postgresql_using="gin"),
        {"schema": "catalog"},
    )


class Brand(Record, Model):
    """A brand under which products are sold."""

    __tablename__ = "brand"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        {"schema": "catalog"},
    )

    name: Mapped[str] = mapped_column(unique=True)
    name_local: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
