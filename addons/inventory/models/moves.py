"""The ledger of quantities: moves, which are only ever added, and the balances kept from them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model

ACTOR: Final = text("COALESCE(NULLIF(current_setting('aorabooks.actor', true), ''), session_user)")
"""Whoever the audit trail would name."""


class Move(Model):
    """A quantity of a product, in its stock unit, that went from one location to another.

    `valuation_id` is the document that valued it; a move within the company has none.
    `reverses_id` is the move that this one brings back, wholly or partly. `price` is what a unit
    of goods that came was ordered at, in `currency`, of which one unit was worth `rate`.
    `source_type`, `source_id` and `source_line_id` name the line of the document that asked for
    it, `transfer_line_id` that of the transfer. Rows are added and never changed (migration 0001).
    """

    __tablename__ = "move"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    valuation_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.valuation.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"))
    lot_id: Mapped[int | None]
    from_id: Mapped[int] = mapped_column(ForeignKey("inventory.location.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("inventory.location.id"))
    quantity: Mapped[Decimal]
    day: Mapped[date]
    price: Mapped[Decimal | None]
    currency: Mapped[str] = mapped_column(default="", server_default="")
    rate: Mapped[Decimal] = mapped_column(server_default=text("1"))
    number: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"))
    transfer_line_id: Mapped[int | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.move.id"))
    source_type: Mapped[str] = mapped_column(default="", server_default="")
    source_id: Mapped[int | None]
    source_line_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[str] = mapped_column(server_default=ACTOR)

    __table_args__ = (
        ForeignKeyConstraint(
            ["lot_id", "product_id"], ["inventory.lot.id", "inventory.lot.product_id"]
        ),
        CheckConstraint("quantity > 0 AND quantity < 'Infinity'", name="quantity"),
        CheckConstraint("rate > 0 AND rate < 'Infinity'", name="rate"),
        CheckConstraint("from_id <> to_id", name="places"),
        Index("ix_move_product_id", "product_id", "day", "id"),
        Index("ix_move_day", "day", "id"),
        Index("ix_move_number", "number", postgresql_where=text("number <> ''")),
        Index("ix_move_lot_id", "lot_id", postgresql_where=text("lot_id IS NOT NULL")),
        Index(
            "ix_move_valuation_id",
            "valuation_id",
            postgresql_where=text("valuation_id IS NOT NULL"),
        ),
        Index(
            "ix_move_source",
            "source_type",
            "source_id",
            "source_line_id",
            postgresql_where=text("source_id IS NOT NULL"),
        ),
        Index(
            "ix_move_transfer_line_id",
            "transfer_line_id",
            postgresql_where=text("transfer_line_id IS NOT NULL"),
        ),
        Index(
            "ix_move_reverses_id",
            "reverses_id",
            postgresql_where=text("reverses_id IS NOT NULL"),
        ),
        Index(
            "ix_move_contact_id",
            "contact_id",
            "day",
            postgresql_where=text("contact_id IS NOT NULL"),
        ),
        {"schema": "inventory", "info": {"runtime": "SELECT, INSERT", "audit": "changes"}},
    )


class OnHand(Model):
    """What there is of a product, or of a lot of it, at a location of the company: the sum of the
    moves, kept by the database. `reserved` is promised to lines of transfers, `packed` lies
    in packages, `since` is when the place was last empty. The application only reads it."""

    __tablename__ = "on_hand"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("inventory.location.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.lot.id"))
    quantity: Mapped[Decimal]
    reserved: Mapped[Decimal] = mapped_column(server_default=text("0"))
    packed: Mapped[Decimal] = mapped_column(server_default=text("0"))
    since: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        UniqueConstraint("product_id", "location_id", "lot_id", postgresql_nulls_not_distinct=True),
        Index("ix_on_hand_location_id", "location_id", "product_id"),
        Index("ix_on_hand_lot_id", "lot_id", postgresql_where=text("lot_id IS NOT NULL")),
        Index("ix_on_hand_negative", "product_id", postgresql_where=text("quantity < 0")),
        {"schema": "inventory", "info": {"runtime": "SELECT", "audit": "none"}},
    )


MODELS: Final[tuple[type, ...]] = (Move, OnHand)
