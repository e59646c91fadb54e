"""Rates of foreign currencies, and revaluations of what is held and owed in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.chart import Account
from addons.accounting.models.entries import JournalEntry
from core.api import Model, Record, msg

REVALUATION_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("computed", msg("Worked out")),
    ("posted", msg("Posted")),
)


class CurrencyRate(Record, Model):
    """What one unit of a foreign currency was worth in the company's currency from a day on, and
    who says so. Infinity, zero and less are no rates."""

    __tablename__ = "currency_rate"

    currency: Mapped[str]
    date: Mapped[date]
    rate: Mapped[Decimal]
    source: Mapped[str] = mapped_column(default="manual", server_default="manual")

    __table_args__ = (
        UniqueConstraint("currency", "date", "source"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("rate > 0 AND rate < 'Infinity'", name="rate"),
        CheckConstraint("source <> ''", name="source"),
        {"schema": "accounting"},
    )


class Revaluation(Record, Model):
    """What foreign balances and open items were worth at the end of a day. Posting writes the
    difference to what the books say, and takes it back on the next day."""

    __tablename__ = "revaluation"

    date: Mapped[date]
    state: Mapped[str] = mapped_column(default="computed", server_default="computed")
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_entry.id"), unique=True
    )
    reversal_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_entry.id"), unique=True
    )
    difference: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")

    entry: Mapped[JournalEntry | None] = relationship(foreign_keys=[entry_id])
    reversal: Mapped[JournalEntry | None] = relationship(foreign_keys=[reversal_id])
    lines: Mapped[list[RevaluationLine]] = relationship(
        back_populates="revaluation",
        order_by="RevaluationLine.position",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("state IN ('computed', 'posted')", name="state"),
        Index("ix_revaluation_date", "date"),
        {"schema": "accounting"},
    )


class RevaluationLine(Record, Model):
    """One open item, or the balance of one account in one currency: `booked` is what the books
    say, `value` the foreign amount at the closing rate, `posted` what this run posts of the
    difference, beyond what earlier runs of the day did."""

    __tablename__ = "revaluation_line"

    revaluation_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.revaluation.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"), index=True)
    line_id: Mapped[int | None]
    partner_id: Mapped[int | None]
    number: Mapped[str] = mapped_column(default="", server_default="")
    currency: Mapped[str]
    original_amount: Mapped[Decimal]
    rate: Mapped[Decimal]
    booked: Mapped[Decimal]
    value: Mapped[Decimal]
    difference: Mapped[Decimal]
    posted: Mapped[Decimal]

    revaluation: Mapped[Revaluation] = relationship(back_populates="lines")
    account: Mapped[Account] = relationship()

    __table_args__ = ({"schema": "accounting"},)


MODELS: Final[tuple[type, ...]] = (CurrencyRate, Revaluation, RevaluationLine)
