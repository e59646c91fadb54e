"""Where goods are: warehouses, the places in them, and the places beyond the company's border."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record, msg

LOCATION_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("internal", msg("Storage")),
    ("view", msg("Group of locations")),
    ("transit", msg("On the way")),
    ("consigned", msg("Goods of a supplier")),
    ("supplier", msg("Suppliers")),
    ("customer", msg("Customers")),
    ("loss", msg("Differences and scrap")),
    ("consumption", msg("Used by the company")),
)
OWN_KINDS: Final = ("internal", "transit")
"""Kinds of locations whose goods are the company's stock, counted and valued."""
KEPT_KINDS: Final = (*OWN_KINDS, "consigned")
"""Kinds of locations whose goods are counted, whoever they belong to."""


class Warehouse(Record, Model):
    """A warehouse, shop or van: what goods are received into and delivered from. They come in
    one step, by the place of arrival, or by a quality check as well; they go at once, packed, or
    picked, packed and shipped. `contact_id` names whoever it lies with: goods that are the
    company's and wait at a customer's to be used."""

    __tablename__ = "warehouse"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    receipt_steps: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    delivery_steps: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    __table_args__ = (
        CheckConstraint("code <> ''", name="code"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("receipt_steps BETWEEN 1 AND 3", name="receipt_steps"),
        CheckConstraint("delivery_steps BETWEEN 1 AND 3", name="delivery_steps"),
        {"schema": "inventory", "info": {"stamped": True}},
    )


class Location(Record, Model):
    """A place that goods move from and to. `path` is its name with those above it: WH/Stock/A-01.

    `purpose` marks the place of a warehouse that a step uses, such as "stock", and the one place
    for opening stock. `removal` says how goods are taken out of it and all below it. What lies in
    a "consigned" one is its owner's, `contact_id`, until it is used. A location with moves keeps
    its kind (migration 0001) and its owner (0013).
    """

    __tablename__ = "location"

    warehouse_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.warehouse.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.location.id"), index=True)
    name: Mapped[str]
    path: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="internal", server_default="internal")
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"))
    barcode: Mapped[str | None] = mapped_column(unique=True)
    removal: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    warehouse: Mapped[Warehouse | None] = relationship()
    parent: Mapped[Location | None] = relationship(remote_side="Location.id")

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("parent_id <> id", name="parent"),
        CheckConstraint("barcode <> ''", name="barcode"),
        CheckConstraint("removal IN ('fifo', 'lifo', 'fefo')", name="removal"),
        CheckConstraint(
            "kind IN ('internal', 'view', 'transit', 'consigned', 'supplier', 'customer', 'loss',"
            " 'consumption')",
            name="kind",
        ),
        CheckConstraint("(kind = 'consigned') = (contact_id IS NOT NULL)", name="owner"),
        Index(
            "ix_location_contact_id", "contact_id", postgresql_where=text("contact_id IS NOT NULL")
        ),
        Index("ix_location_warehouse_id", "warehouse_id"),
        Index(
            "uq_location_purpose",
            "warehouse_id",
            "kind",
            "purpose",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("purpose <> ''"),
        ),
        {"schema": "inventory", "info": {"stamped": True}},
    )


MODELS: Final[tuple[type, ...]] = (Warehouse, Location)
