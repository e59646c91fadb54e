"""Reservations: which goods in stock are promised to which line of a transfer.

The database keeps their sum in `on_hand.reserved`, so that what is free is known without adding up.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.inventory.models.locations import Location
from addons.inventory.models.lots import Lot
from addons.inventory.models.transfers import TransferLine
from core.api import Model, Record, msg

REMOVALS: Final[tuple[tuple[str, str], ...]] = (
    ("fifo", msg("First in, first out")),
    ("lifo", msg("Last in, first out")),
    ("fefo", msg("First expired, first out")),
)


STRATEGIES: Final[tuple[tuple[str, str], ...]] = (
    ("fixed", msg("This very place")),
    ("last", msg("The bin used last")),
    ("closest", msg("The closest free bin")),
)


class Reservation(Record, Model):
    """A quantity in a place, of a lot where lots are kept, promised to a line."""

    __tablename__ = "reservation"

    line_id: Mapped[int] = mapped_column(
        ForeignKey("inventory.transfer_line.id", ondelete="CASCADE"), index=True
    )
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("inventory.location.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.lot.id"))
    quantity: Mapped[Decimal]

    line: Mapped[TransferLine] = relationship()
    location: Mapped[Location] = relationship()
    lot: Mapped[Lot | None] = relationship()

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_reservation_product_id", "product_id", "location_id"),
        {"schema": "inventory"},
    )


class StorageRule(Record, Model):
    """Where goods of a product or category are put away in a warehouse, and how they are taken
    out again. The rule that is nearest holds: of the product before that of its category, of a
    category before those above it. A rule for a kind of package holds for all that lies in one.

    With the strategy "last" or "closest" the place is a zone, of whose bins the one used last or
    the closest free one is taken, as long as no more than `capacity` of a product, or for packages
    so many of them, would lie there."""

    __tablename__ = "storage_rule"

    warehouse_id: Mapped[int] = mapped_column(ForeignKey("inventory.warehouse.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.category.id"), index=True)
    put_into_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.location.id"), index=True)
    removal: Mapped[str | None]
    strategy: Mapped[str] = mapped_column(default="fixed", server_default="fixed")
    capacity: Mapped[Decimal | None]
    package_type_id: Mapped[int | None] = mapped_column(
        ForeignKey("inventory.package_type.id"), index=True
    )

    put_into: Mapped[Location | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(product_id, category_id, package_type_id) <= 1", name="goods"
        ),
        CheckConstraint("strategy IN ('fixed', 'last', 'closest')", name="strategy"),
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("removal IN ('fifo', 'lifo', 'fefo')", name="removal"),
        CheckConstraint("put_into_id IS NOT NULL OR removal IS NOT NULL", name="says_something"),
        Index(
            "uq_storage_rule_goods",
            "warehouse_id",
            "product_id",
            "category_id",
            "package_type_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        {"schema": "inventory"},
    )


MODELS: Final[tuple[type, ...]] = (Reservation, StorageRule)
