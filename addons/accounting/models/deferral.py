"""Deferrals: revenue and expenses that belong to later months, and their parts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.chart import Account, Journal
from addons.accounting.models.entries import JournalEntry
from core.api import Model, Record, msg

KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("expense", msg("Prepaid expense")),
    ("revenue", msg("Deferred revenue")),
)
METHODS: Final[tuple[tuple[str, str], ...]] = (
    ("days", msg("By days")),
    ("months", msg("In equal parts a month")),
)
DEFERRAL_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("draft", msg("Draft")),
    ("running", msg("Running")),
    ("ended", msg("Ended")),
)


class Deferral(Record, Model):
    """An amount on a balance sheet account that is moved to the result bit by bit, from the first
    day to the last. With `taken_on` it was booked in the result and is taken out on that day. One
    that a document began has its line as source; of each line one runs at a time."""

    __tablename__ = "deferral"

    name: Mapped[str]
    kind: Mapped[str]
    journal_id: Mapped[int] = mapped_column(ForeignKey("accounting.journal.id"), index=True)
    balance_account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"), index=True)
    result_account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"), index=True)
    partner_id: Mapped[int | None]
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), index=True)
    dimensions: Mapped[str] = mapped_column(default="", server_default="")
    amount: Mapped[Decimal]
    start_date: Mapped[date]
    end_date: Mapped[date]
    method: Mapped[str] = mapped_column(default="days", server_default="days")
    taken_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    posted_until: Mapped[date | None]
    posted_amount: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")
    source_type: Mapped[str | None]
    source_id: Mapped[str | None]

    journal: Mapped[Journal] = relationship()
    balance_account: Mapped[Account] = relationship(foreign_keys=[balance_account_id])
    result_account: Mapped[Account] = relationship(foreign_keys=[result_account_id])
    parts: Mapped[list[DeferralPart]] = relationship(
        back_populates="deferral",
        order_by="DeferralPart.date",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("kind IN ('expense', 'revenue')", name="kind"),
        CheckConstraint("method IN ('days', 'months')", name="method"),
        CheckConstraint("state IN ('draft', 'running', 'ended')", name="state"),
        CheckConstraint("amount > 0 AND amount < 'Infinity'", name="amount"),
        CheckConstraint("end_date >= start_date", name="dates"),
        CheckConstraint("num_nonnulls(source_type, source_id) IN (0, 2)", name="source"),
        Index("ix_deferral_running", "id", postgresql_where=text("state = 'running'")),
        Index(
            "uq_deferral_source",
            "source_type",
            "source_id",
            unique=True,
            postgresql_where=text("source_type IS NOT NULL AND state = 'running'"),
        ),
        {"schema": "accounting"},
    )


class DeferralPart(Record, Model):
    """What belongs to one month, posted on its last day. Together the parts are the whole; the
    database sees to it, and keeps posted ones as they are (migration 0008)."""

    __tablename__ = "deferral_part"

    deferral_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.deferral.id", ondelete="CASCADE")
    )
    position: Mapped[int] = mapped_column(Integer)
    date: Mapped[date]
    amount: Mapped[Decimal]
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_entry.id"), unique=True
    )

    deferral: Mapped[Deferral] = relationship(back_populates="parts")
    entry: Mapped[JournalEntry | None] = relationship()

    __table_args__ = (
        UniqueConstraint("deferral_id", "date"),
        Index("ix_deferral_part_due", "date", postgresql_where=text("entry_id IS NULL")),
        {"schema": "accounting"},
    )


MODELS: Final[tuple[type, ...]] = (Deferral, DeferralPart)
