"""What salespeople earn by their sales: plans, and a statement for each person and month.

An approved statement and its lines stay as they are, and no sale is counted twice in a plan for
the same person (migration 0009).
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record, msg

BASES: Final = (("net", msg("Net sales")), ("margin", msg("Margin")))
EARNED_ON: Final = (("invoiced", msg("When it is invoiced")), ("paid", msg("When it is paid")))
TIER_PERIODS: Final = (("month", msg("A month")), ("quarter", msg("A quarter")))
TIER_WAYS: Final = (
    ("step", msg("Each percentage for its part")),
    ("whole", msg("The highest one reached, for everything")),
)
STATEMENT_STATES: Final = (("draft", msg("Draft")), ("approved", msg("Approved")))
LINE_KINDS: Final = (
    ("earned", msg("Earned")),
    ("credited", msg("Credited")),
    ("reversed", msg("Unpaid again")),
)
ZERO: Final = Decimal(0)


class CommissionPlan(Record, Model):
    """How commissions are worked out: of what, when, and at which percentages. What a person sells
    in a month or a quarter decides which tier is reached."""

    __tablename__ = "commission_plan"

    name: Mapped[str] = mapped_column(unique=True)
    base: Mapped[str] = mapped_column(default="net", server_default="net")
    earned_on: Mapped[str] = mapped_column(default="invoiced", server_default="invoiced")
    tier_period: Mapped[str] = mapped_column(default="month", server_default="month")
    tier_way: Mapped[str] = mapped_column(default="step", server_default="step")
    valid_from: Mapped[datetime.date]
    valid_until: Mapped[datetime.date | None]

    rates: Mapped[list[CommissionRate]] = relationship(
        cascade="all, delete-orphan",
        order_by="CommissionRate.position, CommissionRate.id",
        passive_deletes=True,
    )
    earners: Mapped[list[CommissionEarner]] = relationship(
        cascade="all, delete-orphan",
        order_by="CommissionEarner.position, CommissionEarner.id",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("base IN ('net', 'margin')", name="base"),
        CheckConstraint("earned_on IN ('invoiced', 'paid')", name="earned_on"),
        CheckConstraint("tier_period IN ('month', 'quarter')", name="tier_period"),
        CheckConstraint("tier_way IN ('step', 'whole')", name="tier_way"),
        CheckConstraint("valid_until >= valid_from", name="valid_until"),
        {"schema": "sales"},
    )


class CommissionRate(Model):
    """A percentage from an amount on, for a product, a category with all below it, or everything
    else."""

    __tablename__ = "commission_rate"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(
        ForeignKey("sales.commission_plan.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.category.id"), index=True)
    above: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    percent: Mapped[Decimal]

    __table_args__ = (
        CheckConstraint("num_nonnulls(product_id, category_id) <= 1", name="what"),
        CheckConstraint("above >= 0 AND above < 1e15", name="above"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        Index(
            "uq_commission_rate_tier",
            "plan_id",
            text("coalesce(product_id, 0)"),
            text("coalesce(category_id, 0)"),
            "above",
            unique=True,
        ),
        {"schema": "sales"},
    )


class CommissionEarner(Model):
    """Whose sales a plan is about, and who gets which part of their commission: without a seller
    and a team everybody's, without a receiver whoever sold it. A plan without any is about
    everybody, for his own sales."""

    __tablename__ = "commission_earner"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(
        ForeignKey("sales.commission_plan.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("core.team.id"), index=True)
    receiver_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    percent: Mapped[Decimal] = mapped_column(default=Decimal(100), server_default="100")

    __table_args__ = (
        CheckConstraint("num_nonnulls(seller_id, team_id) <= 1", name="whose"),
        CheckConstraint("percent > 0 AND percent <= 100", name="percent"),
        {"schema": "sales"},
    )


class CommissionStatement(Record, Model):
    """What a person earned in a month, in the company's currency. A draft is worked out anew as
    often as anybody likes; an approved one is final."""

    __tablename__ = "commission_statement"

    user_id: Mapped[int] = mapped_column(ForeignKey("core.user_account.id"))
    user_name: Mapped[str]
    first_day: Mapped[datetime.date] = mapped_column(index=True)
    last_day: Mapped[datetime.date]
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    currency: Mapped[str]
    total: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    approved_by: Mapped[str] = mapped_column(default="", server_default="")
    approved_at: Mapped[datetime.datetime | None]

    lines: Mapped[list[CommissionLine]] = relationship(
        back_populates="statement",
        cascade="all, delete-orphan",
        order_by="CommissionLine.position, CommissionLine.id",
        passive_deletes=True,
    )

    __table_args__ = (
        UniqueConstraint("user_id", "first_day"),
        CheckConstraint("state IN ('draft', 'approved')", name="state"),
        CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", name="approved"),
        CheckConstraint("last_day >= first_day", name="last_day"),
        {"schema": "sales"},
    )


class CommissionLine(Model):
    """What a line of an invoice or credit note, or what was paid of it, brings its earner.
    `origin_id` is the line that was sold, of a credit note the one it takes back. `base` is what
    the whole commission was worked out of, `explained` how, `share` the receiver's percentage."""

    __tablename__ = "commission_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    statement_id: Mapped[int] = mapped_column(
        ForeignKey("sales.commission_statement.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    user_id: Mapped[int]
    plan_id: Mapped[int] = mapped_column(ForeignKey("sales.commission_plan.id"))
    plan_name: Mapped[str]
    kind: Mapped[str]
    day: Mapped[datetime.date]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("sales.invoice.id"), index=True)
    invoice_line_id: Mapped[int] = mapped_column(ForeignKey("sales.invoice_line.id"), index=True)
    origin_id: Mapped[int] = mapped_column(ForeignKey("sales.invoice_line.id"), index=True)
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.application.id"), index=True
    )
    label: Mapped[str]
    base: Mapped[Decimal]
    explained: Mapped[str]
    share: Mapped[Decimal]
    amount: Mapped[Decimal]

    statement: Mapped[CommissionStatement] = relationship(back_populates="lines")

    __table_args__ = (
        CheckConstraint("kind IN ('earned', 'credited', 'reversed')", name="kind"),
        Index(
            "uq_commission_line_once",
            "plan_id",
            "user_id",
            "invoice_line_id",
            text("coalesce(application_id, 0)"),
            text("(kind = 'reversed')"),
            unique=True,
        ),
        {"schema": "sales", "info": {"audit": "none"}},
    )


MODELS: Final[tuple[type, ...]] = (
    CommissionPlan,
    CommissionRate,
    CommissionEarner,
    CommissionStatement,
    CommissionLine,
)
