"""Packages: parcels and pallets with what lies in them, who carries them, and what became of each.

A package is `open` while somebody packs it for a transfer that is not done: what he puts in are
picks of that transfer (`models.transfers.Pick`), still part of the bins that they come from. Once
the transfer is done, the package is `packed` and lies in one place, or is `gone` over the border of
the company. One that was `unpacked` holds nothing any more.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Numeric,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from addons.inventory.models.locations import Location
from addons.inventory.models.moves import ACTOR
from addons.inventory.models.transfers import Transfer
from core.api import Model, Record, msg

PACKAGE_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("parcel", msg("Parcel")),
    ("pallet", msg("Pallet")),
    ("box", msg("Box or crate")),
)
PACKAGE_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("open", msg("Being packed")),
    ("packed", msg("In the warehouse")),
    ("gone", msg("Gone")),
    ("unpacked", msg("Unpacked")),
)
STEP_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("put_in", msg("Put in")),
    ("taken_out", msg("Taken out")),
    ("moved", msg("Moved")),
    ("shipped", msg("Shipped")),
    ("returned", msg("Came back")),
    ("unpacked", msg("Unpacked")),
)


class PackageType(Record, Model):
    """A kind of box or pallet: its outer measures in centimetres, what it weighs empty, and the
    most that it may weigh filled, both in kilograms."""

    __tablename__ = "package_type"

    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="parcel", server_default="parcel")
    length: Mapped[Decimal | None]
    width: Mapped[Decimal | None]
    height: Mapped[Decimal | None]
    tare: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    max_weight: Mapped[Decimal | None]
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("kind IN ('parcel', 'pallet', 'box')", name="kind"),
        CheckConstraint("length > 0 AND width > 0 AND height > 0", name="measures"),
        CheckConstraint("tare >= 0", name="tare"),
        CheckConstraint("max_weight > tare", name="max_weight"),
        {"schema": "inventory"},
    )


class Package(Record, Model):
    """One parcel or pallet. `sscc` is its Serial Shipping Container Code where the company, or
    whoever packed it, is a member of GS1; `number` is that, or one of the company's own.

    `parent_id` is the package that it lies in or on: both are always in one place. `transfer_id`
    is the transfer that it was last packed for or moved by. `weight` is the weight that somebody
    typed; without it `gross_weight` is worked out of the goods and the empty weights.
    """

    __tablename__ = "package"

    number: Mapped[str] = mapped_column(unique=True)
    sscc: Mapped[str | None] = mapped_column(unique=True)
    type_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.package_type.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.package.id"), index=True)
    state: Mapped[str] = mapped_column(default="open", server_default="open")
    location_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.location.id"), index=True)
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.transfer.id"), index=True)
    weight: Mapped[Decimal | None]
    tracking_number: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="")

    type: Mapped[PackageType | None] = relationship()
    parent: Mapped[Package | None] = relationship(remote_side="Package.id")
    location: Mapped[Location | None] = relationship()
    transfer: Mapped[Transfer | None] = relationship()
    items: Mapped[list[PackageItem]] = relationship(
        back_populates="package",
        order_by="PackageItem.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    if TYPE_CHECKING:
        gross_weight: Mapped[Decimal]

    @property
    def label_code(self) -> str:
        """What its label bears: the SSCC behind its application identifier, as GS1-128 carries it,
        or its number."""
        return f"(00){self.sscc}" if self.sscc else self.number

    __table_args__ = (
        CheckConstraint("number <> ''", name="number"),
        CheckConstraint("sscc ~ '^[0-9]{18}$'", name="sscc"),
        CheckConstraint("parent_id <> id", name="parent"),
        CheckConstraint("state IN ('open', 'packed', 'gone', 'unpacked')", name="state"),
        CheckConstraint("(state = 'packed') = (location_id IS NOT NULL)", name="location"),
        CheckConstraint("state <> 'unpacked' OR parent_id IS NULL", name="unpacked"),
        CheckConstraint("weight > 0", name="weight"),
        {"schema": "inventory"},
    )


Package.gross_weight = column_property(
    func.inventory.package_weight(Package.id, type_=Numeric()), expire_on_flush=True
)


class PackageItem(Model):
    """A quantity of a product, and of a lot of it, that lies in a package: the sum of its steps.
    What lies in packages of a place is never more than there is (migration 0014)."""

    __tablename__ = "package_item"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("inventory.package.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    lot_id: Mapped[int | None]
    quantity: Mapped[Decimal]

    package: Mapped[Package] = relationship(back_populates="items")

    __table_args__ = (
        ForeignKeyConstraint(
            ["lot_id", "product_id"], ["inventory.lot.id", "inventory.lot.product_id"]
        ),
        UniqueConstraint("package_id", "product_id", "lot_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("quantity > 0 AND quantity < 'Infinity'", name="quantity"),
        Index("ix_package_item_lot_id", "lot_id", postgresql_where=text("lot_id IS NOT NULL")),
        {"schema": "inventory"},
    )


class PackageStep(Model):
    """What became of a package: goods that were put in or taken out, and each way that it went.
    Rows are added and never changed."""

    __tablename__ = "package_step"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    package_id: Mapped[int] = mapped_column(
        ForeignKey("inventory.package.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.lot.id"))
    quantity: Mapped[Decimal | None]
    from_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.location.id"))
    to_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.location.id"))
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.transfer.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[str] = mapped_column(server_default=ACTOR)

    __table_args__ = (
        CheckConstraint(
            "kind IN ('put_in', 'taken_out', 'moved', 'shipped', 'returned', 'unpacked')",
            name="kind",
        ),
        CheckConstraint(
            "(kind IN ('put_in', 'taken_out')) = (product_id IS NOT NULL AND quantity > 0)",
            name="goods",
        ),
        {"schema": "inventory", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )


MODELS: Final[tuple[type, ...]] = (PackageType, Package, PackageItem, PackageStep)
