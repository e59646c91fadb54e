"""Transfers: documents by which goods move, step by step, with what is to move and what was picked.

A transfer is one step of a way. The steps of a way hang together by their lines: what a line has
moved is what the line that it `feeds` can move next. What a done transfer moved stands in the moves
alone (`models.moves`), whose `line_id` names the line.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.inventory.models.locations import Location, Warehouse
from addons.inventory.models.lots import Lot
from core.api import Model, Record, msg

TRANSFER_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("receipt", msg("Receipt")),
    ("check", msg("Quality check")),
    ("store", msg("Put-away")),
    ("pick", msg("Picking")),
    ("pack", msg("Packing")),
    ("delivery", msg("Delivery")),
    ("internal", msg("Internal transfer")),
    ("send", msg("Sent to another warehouse")),
    ("arrive", msg("Arrival from another warehouse")),
    ("customer_return", msg("Return from a customer")),
    ("supplier_return", msg("Return to a supplier")),
    ("scrap", msg("Scrap")),
    ("consume", msg("Internal consumption")),
    ("direct", msg("From supplier to customer")),
    ("direct_return", msg("From customer to supplier")),
)
TRANSFER_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("draft", msg("Draft")),
    ("waiting", msg("Waiting")),
    ("ready", msg("Ready")),
    ("done", msg("Done")),
    ("cancelled", msg("Cancelled")),
)
_KINDS = ", ".join(f"'{kind}'" for kind, _ in TRANSFER_KINDS)
_STATES = ", ".join(f"'{state}'" for state, _ in TRANSFER_STATES)


class Carrier(Record, Model):
    """Who brings goods to customers. `tracking_url` is where a shipment is followed, with
    `{number}` in place of its number."""

    __tablename__ = "carrier"

    name: Mapped[str] = mapped_column(unique=True)
    tracking_url: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint(
            "tracking_url = '' OR tracking_url ~ '^https?://[^ ]*[{]number[}]'",
            name="tracking_url",
        ),
        {"schema": "inventory"},
    )


class Batch(Record, Model):
    """Several transfers that one person, the `picker_id`, works off in one walk."""

    __tablename__ = "batch"

    name: Mapped[str]
    state: Mapped[str] = mapped_column(default="open", server_default="open")
    picker_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)

    transfers: Mapped[list[Transfer]] = relationship(back_populates="batch", order_by="Transfer.id")

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("state IN ('open', 'done')", name="state"),
        {"schema": "inventory"},
    )


class Transfer(Record, Model):
    """A document that moves goods from one place to another.

    `way` says of which way over the company's border it is a step, and is empty within the
    company. `number` is taken when it is done. `day` is when it is wanted, `done_on` the day that
    it is posted on. `source_type`, `source_id` and `source_number` name the document that asked for
    it; `key` makes its movement repeatable. Unit prices of receipts are in `currency`; `rate` is
    what one unit of it is worth in the company's where no books know it. Goods that go from a
    supplier to a customer are asked for by the order to the supplier; what begins with `for_`
    names the document that they are for, and who gets them.
    """

    __tablename__ = "transfer"

    number: Mapped[str | None] = mapped_column(unique=True)
    kind: Mapped[str]
    way: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("inventory.warehouse.id"))
    from_location_id: Mapped[int] = mapped_column(ForeignKey("inventory.location.id"), index=True)
    to_location_id: Mapped[int] = mapped_column(ForeignKey("inventory.location.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    day: Mapped[dt.date]
    done_on: Mapped[dt.date | None]
    source_type: Mapped[str] = mapped_column(default="", server_default="")
    source_id: Mapped[int | None]
    source_number: Mapped[str] = mapped_column(default="", server_default="")
    for_type: Mapped[str] = mapped_column(default="", server_default="")
    for_id: Mapped[int | None]
    for_number: Mapped[str] = mapped_column(default="", server_default="")
    for_contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.contact.id"), index=True
    )
    key: Mapped[str] = mapped_column(default="", server_default="")
    currency: Mapped[str] = mapped_column(default="", server_default="")
    rate: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default=text("1"))
    over_tolerance: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    reason: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="")
    backorder_of_id: Mapped[int | None] = mapped_column(
        ForeignKey("inventory.transfer.id"), index=True
    )
    returns_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.transfer.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.batch.id"), index=True)
    carrier_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.carrier.id"), index=True)
    tracking_number: Mapped[str] = mapped_column(default="", server_default="")

    warehouse: Mapped[Warehouse] = relationship(foreign_keys=[warehouse_id])
    from_location: Mapped[Location] = relationship(foreign_keys=[from_location_id])
    to_location: Mapped[Location] = relationship(foreign_keys=[to_location_id])
    batch: Mapped[Batch | None] = relationship(back_populates="transfers")
    carrier: Mapped[Carrier | None] = relationship()
    lines: Mapped[list[TransferLine]] = relationship(
        back_populates="transfer",
        order_by="TransferLine.position, TransferLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint(
            "way IN ('', 'receipt', 'delivery', 'customer_return', 'supplier_return')", name="way"
        ),
        CheckConstraint("(state = 'done') = (number IS NOT NULL)", name="number"),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done_on"),
        CheckConstraint("from_location_id <> to_location_id", name="places"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("over_tolerance >= 0", name="over_tolerance"),
        CheckConstraint(
            "kind NOT IN ('direct', 'direct_return') OR way IN ('receipt', 'supplier_return')",
            name="direct",
        ),
        Index("ix_transfer_source", "source_type", "source_id"),
        Index("ix_transfer_for", "for_type", "for_id", postgresql_where=text("for_id IS NOT NULL")),
        Index(
            "ix_transfer_open",
            "warehouse_id",
            "day",
            postgresql_where=text("state IN ('draft', 'waiting', 'ready')"),
        ),
        Index("ix_transfer_kind_state_day", "kind", "state", "day"),
        {"schema": "inventory"},
    )


class TransferLine(Model):
    """A quantity of a product, in its stock unit, that is to move. `moved` is what has moved;
    `source_line_id` names the line of the document that asked for it, `for_line_id` that of the
    document that it is for."""

    __tablename__ = "transfer_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    transfer_id: Mapped[int] = mapped_column(
        ForeignKey("inventory.transfer.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"))
    quantity: Mapped[Decimal]
    moved: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    unit_price: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    source_line_id: Mapped[int | None]
    for_line_id: Mapped[int | None]
    feeds_id: Mapped[int | None] = mapped_column(
        ForeignKey("inventory.transfer_line.id"), index=True
    )
    returns_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("inventory.transfer_line.id"), index=True
    )

    transfer: Mapped[Transfer] = relationship(back_populates="lines")
    picks: Mapped[list[Pick]] = relationship(
        back_populates="line",
        order_by="Pick.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("moved >= 0", name="moved"),
        CheckConstraint("unit_price >= 0", name="unit_price"),
        Index("ix_transfer_line_product_id", "product_id", "transfer_id"),
        {"schema": "inventory"},
    )


class Pick(Model):
    """What was counted or scanned of a line before its transfer is done: from which bin, into
    which, and of which lot. `lot_name` and `expires_on` tell of a lot that arrives."""

    __tablename__ = "pick"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    line_id: Mapped[int] = mapped_column(
        ForeignKey("inventory.transfer_line.id", ondelete="CASCADE"), index=True
    )
    from_location_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.location.id"))
    to_location_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.location.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.lot.id"))
    lot_name: Mapped[str] = mapped_column(default="", server_default="")
    expires_on: Mapped[dt.date | None]
    quantity: Mapped[Decimal]
    package_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.package.id"), index=True)

    line: Mapped[TransferLine] = relationship(back_populates="picks")
    lot: Mapped[Lot | None] = relationship()

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        {"schema": "inventory"},
    )


MODELS: Final[tuple[type, ...]] = (Carrier, Batch, Transfer, TransferLine, Pick)
