"""Loyalty: programmes that say what earns points, and each customer's points with every move.

Moves are only added; the database keeps points, worth and debt of an account as their sums and
refuses any below nothing (migration 0007).
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.sales.models.gift_cards import ACTOR
from core.api import Model, Record, msg

EARN_WHEN: Final = (
    ("posted", msg("When the invoice is posted")),
    ("paid", msg("When the invoice is paid")),
)
POINT_MOVES: Final = (
    ("earn", msg("Earned")),
    ("take_back", msg("Taken back")),
    ("redeem", msg("Paid with")),
    ("restore", msg("Payment taken back")),
    ("adjust", msg("Adjusted")),
    ("expire", msg("Expired")),
    ("merge", msg("Contacts merged")),
)
ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)


class LoyaltyProgram(Record, Model):
    """`earn_points` for each full `earn_amount` of net sales in `currency`; a point pays
    `point_value` of it. `expected_use` is the part of the points, in percent, that customers are
    expected to redeem. `offline_points` is what a till may take without asking."""

    __tablename__ = "loyalty_program"

    name: Mapped[str] = mapped_column(unique=True)
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    currency: Mapped[str]
    valid_from: Mapped[datetime.date | None]
    valid_to: Mapped[datetime.date | None]
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.contact_group.id"), index=True
    )
    earn_when: Mapped[str] = mapped_column(default="posted", server_default="posted")
    earn_points: Mapped[Decimal] = mapped_column(default=ONE, server_default="1")
    earn_amount: Mapped[Decimal] = mapped_column(default=Decimal(10), server_default="10")
    point_value: Mapped[Decimal]
    expected_use: Mapped[Decimal] = mapped_column(default=Decimal(100), server_default="100")
    least_points: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    most_percent: Mapped[Decimal] = mapped_column(default=Decimal(100), server_default="100")
    months: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    tier_months: Mapped[int] = mapped_column(Integer, default=12, server_default="12")
    offline_points: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")

    rules: Mapped[list[LoyaltyRule]] = relationship(
        cascade="all, delete-orphan",
        order_by="LoyaltyRule.position, LoyaltyRule.id",
        passive_deletes=True,
    )
    tiers: Mapped[list[LoyaltyTier]] = relationship(
        cascade="all, delete-orphan",
        order_by="LoyaltyTier.from_points, LoyaltyTier.id",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("valid_to >= valid_from", name="days"),
        CheckConstraint("earn_when IN ('posted', 'paid')", name="earn_when"),
        CheckConstraint("earn_points > 0 AND earn_points < 1e9", name="earn_points"),
        CheckConstraint("earn_amount > 0 AND earn_amount < 1e15", name="earn_amount"),
        CheckConstraint("point_value > 0 AND point_value < 1e9", name="point_value"),
        CheckConstraint("expected_use BETWEEN 0 AND 100", name="expected_use"),
        CheckConstraint("least_points >= 0 AND least_points < 1e12", name="least_points"),
        CheckConstraint("most_percent > 0 AND most_percent <= 100", name="most_percent"),
        CheckConstraint("months BETWEEN 0 AND 1200", name="months"),
        CheckConstraint("tier_months BETWEEN 1 AND 1200", name="tier_months"),
        CheckConstraint("offline_points >= 0 AND offline_points < 1e12", name="offline_points"),
        {"schema": "sales", "info": {"stamped": True}},
    )


class LoyaltyRule(Model):
    """How often the points count for what it fits: of a line the first fitting rule holds.
    `weekdays` is days as ISO 8601 numbers them, "67" for Saturday and Sunday."""

    __tablename__ = "loyalty_rule"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    program_id: Mapped[int] = mapped_column(
        ForeignKey("sales.loyalty_program.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.category.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.contact_group.id"), index=True
    )
    weekdays: Mapped[str] = mapped_column(default="", server_default="")
    valid_from: Mapped[datetime.date | None]
    valid_to: Mapped[datetime.date | None]
    factor: Mapped[Decimal] = mapped_column(default=ONE, server_default="1")

    __table_args__ = (
        CheckConstraint("weekdays ~ '^[1-7]*$'", name="weekdays"),
        CheckConstraint("valid_to >= valid_from", name="days"),
        CheckConstraint("factor >= 0 AND factor <= 1000", name="factor"),
        {"schema": "sales"},
    )


class LoyaltyTier(Model):
    """How often points count for whoever earned so many in the programme's last months."""

    __tablename__ = "loyalty_tier"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    program_id: Mapped[int] = mapped_column(
        ForeignKey("sales.loyalty_program.id", ondelete="CASCADE")
    )
    name: Mapped[str]
    from_points: Mapped[Decimal]
    factor: Mapped[Decimal] = mapped_column(default=ONE, server_default="1")

    __table_args__ = (
        UniqueConstraint("program_id", "from_points"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("from_points >= 0 AND from_points < 1e12", name="from_points"),
        CheckConstraint("factor > 0 AND factor <= 1000", name="factor"),
        {"schema": "sales"},
    )


class LoyaltyAccount(Record, Model):
    """A customer's points in a programme. `worth` is what the books defer for them, in the
    company's currency; `owed` are points to be taken back that were spent already."""

    __tablename__ = "loyalty_account"

    program_id: Mapped[int] = mapped_column(ForeignKey("sales.loyalty_program.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    contact_name: Mapped[str] = mapped_column(default="", server_default="")
    points: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    worth: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    owed: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")

    program: Mapped[LoyaltyProgram] = relationship(viewonly=True)

    __table_args__ = (
        UniqueConstraint("contact_id", "program_id"),
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("worth >= 0", name="worth"),
        CheckConstraint("owed >= 0", name="owed"),
        {"schema": "sales", "info": {"audit": "changes"}},
    )


class LoyaltyMove(Model):
    """Points that came or went, with what the books defer for them. `owed` are points that should
    have gone and were not there, or, negative, that went later. `expires_on` is of points that
    came; `why` says which line earned how often what. `receipt` is the till's that earned or was
    paid; what is taken or given back names it too. Rows are added and never changed."""

    __tablename__ = "loyalty_move"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("sales.loyalty_account.id"))
    kind: Mapped[str]
    day: Mapped[datetime.date]
    points: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    worth: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    owed: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    expires_on: Mapped[datetime.date | None]
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("sales.invoice.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("sales.payment.id"))
    receipt: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    why: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'::jsonb"))
    created_at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[str] = mapped_column(server_default=ACTOR)

    account: Mapped[LoyaltyAccount] = relationship(viewonly=True)

    __table_args__ = (
        CheckConstraint(
            "kind IN ('earn', 'take_back', 'redeem', 'restore', 'adjust', 'expire', 'merge')",
            name="kind",
        ),
        CheckConstraint("(points <> 0 OR owed <> 0) AND abs(points) < 1e12", name="points"),
        CheckConstraint("expires_on IS NULL OR points > 0", name="expires_on"),
        CheckConstraint(
            "CASE WHEN kind IN ('redeem', 'restore')"
            " THEN num_nonnulls(payment_id, nullif(receipt, '')) = 1 ELSE payment_id IS NULL END",
            name="payment",
        ),
        CheckConstraint("kind <> 'adjust' OR reason <> ''", name="reason"),
        Index("ix_loyalty_move_account_id", "account_id", "day"),
        Index(
            "ix_loyalty_move_invoice_id",
            "invoice_id",
            postgresql_where=text("invoice_id IS NOT NULL"),
        ),
        Index(
            "ix_loyalty_move_expires_on",
            "expires_on",
            postgresql_where=text("expires_on IS NOT NULL"),
        ),
        Index(
            "ix_loyalty_move_receipt",
            "receipt",
            postgresql_where=text("receipt <> ''"),
        ),
        Index(
            "uq_loyalty_move_earned",
            "account_id",
            "receipt",
            unique=True,
            postgresql_where=text("kind = 'earn' AND receipt <> ''"),
        ),
        Index(
            "uq_loyalty_move_payment",
            "payment_id",
            "kind",
            unique=True,
            postgresql_where=text("payment_id IS NOT NULL"),
        ),
        {"schema": "sales", "info": {"runtime": "SELECT, INSERT", "audit": "changes"}},
    )
