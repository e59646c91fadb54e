"""Reminders: levels with their letters, runs, and what is left out of them."""

from __future__ import annotations

from datetime import date, datetime
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

from addons.accounting.models.collections import LANGUAGES
from addons.accounting.models.entries import JournalEntry, JournalLine
from core.api import Model, Record, msg

DUNNING_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("proposed", msg("Proposed")),
    ("confirmed", msg("Confirmed")),
    ("dropped", msg("Dropped")),
)
_LANGUAGES = ", ".join(f"'{code}'" for code, _ in LANGUAGES)


class DunningLevel(Record, Model):
    """A reminder of so many: after how many days overdue it is sent, what it says in each
    language, and what it costs. `position` is its place among them, from 1."""

    __tablename__ = "dunning_level"

    position: Mapped[int] = mapped_column(Integer, unique=True)
    name: Mapped[str]
    days: Mapped[int] = mapped_column(Integer)
    fee: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    post_fee: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    interest_percent: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    texts: Mapped[list[DunningText]] = relationship(
        back_populates="level",
        order_by="DunningText.language",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("position > 0", name="position"),
        CheckConstraint("days BETWEEN 0 AND 3650", name="days"),
        CheckConstraint("fee >= 0", name="fee"),
        CheckConstraint("interest_percent BETWEEN 0 AND 100", name="interest_percent"),
        {"schema": "accounting"},
    )


class DunningText(Model):
    """What a reminder says in one language."""

    __tablename__ = "dunning_text"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    level_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.dunning_level.id", ondelete="CASCADE"), index=True
    )
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]

    level: Mapped[DunningLevel] = relationship(back_populates="texts")

    __table_args__ = (
        UniqueConstraint("level_id", "language"),
        CheckConstraint(f"language IN ({_LANGUAGES})", name="language"),
        {"schema": "accounting"},
    )


class DunningRun(Record, Model):
    """What would be sent on a day: proposed by the machine, confirmed by a person."""

    __tablename__ = "dunning_run"

    date: Mapped[date]
    state: Mapped[str] = mapped_column(default="proposed", server_default="proposed")
    confirmed_by: Mapped[str] = mapped_column(default="", server_default="")
    confirmed_at: Mapped[datetime | None]

    letters: Mapped[list[DunningLetter]] = relationship(
        back_populates="run", order_by="DunningLetter.id", viewonly=True
    )

    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'confirmed', 'dropped')", name="state"),
        Index(
            "uq_dunning_run_proposed",
            "state",
            unique=True,
            postgresql_where=text("state = 'proposed'"),
        ),
        {"schema": "accounting"},
    )


class DunningLetter(Record, Model):
    """One reminder to one partner in one currency, with the words that it was sent with."""

    __tablename__ = "dunning_letter"

    run_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.dunning_run.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(default="proposed", server_default="proposed")
    partner_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    partner: Mapped[str] = mapped_column(default="", server_default="")
    level_id: Mapped[int] = mapped_column(ForeignKey("accounting.dunning_level.id"), index=True)
    date: Mapped[date]
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    currency: Mapped[str]
    overdue: Mapped[Decimal]
    interest: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    fee: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    total: Mapped[Decimal]
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_entry.id"), index=True
    )
    sent_at: Mapped[datetime | None]

    run: Mapped[DunningRun] = relationship(back_populates="letters")
    level: Mapped[DunningLevel] = relationship()
    entry: Mapped[JournalEntry | None] = relationship()
    items: Mapped[list[DunningItem]] = relationship(
        back_populates="letter",
        order_by="DunningItem.due_date, DunningItem.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'confirmed', 'dropped')", name="state"),
        CheckConstraint(f"language IN ({_LANGUAGES})", name="language"),
        UniqueConstraint("run_id", "partner_id", "currency"),
        Index("ix_dunning_letter_partner_id", "partner_id", "date"),
        {"schema": "accounting"},
    )


class DunningItem(Model):
    """An overdue item that a letter names. One item gets each level once (partial unique)."""

    __tablename__ = "dunning_item"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    letter_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.dunning_letter.id", ondelete="CASCADE"), index=True
    )
    line_id: Mapped[int] = mapped_column(ForeignKey("accounting.journal_line.id"))
    level: Mapped[int] = mapped_column(Integer)
    number: Mapped[str]
    reference: Mapped[str] = mapped_column(default="", server_default="")
    date: Mapped[date]
    due_date: Mapped[date]
    days: Mapped[int] = mapped_column(Integer)
    amount: Mapped[Decimal]
    interest: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    sent: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    letter: Mapped[DunningLetter] = relationship(back_populates="items")
    line: Mapped[JournalLine] = relationship()

    __table_args__ = (
        Index("ix_dunning_item_line_id", "line_id", "level"),
        Index(
            "uq_dunning_item_sent",
            "line_id",
            "level",
            unique=True,
            postgresql_where=text("sent"),
        ),
        {"schema": "accounting"},
    )


class DunningHold(Record, Model):
    """An item that nobody is reminded of until a day, or at all: a disputed invoice."""

    __tablename__ = "dunning_hold"

    line_id: Mapped[int] = mapped_column(ForeignKey("accounting.journal_line.id"), unique=True)
    until: Mapped[date | None]
    reason: Mapped[str]

    line: Mapped[JournalLine] = relationship()

    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        {"schema": "accounting"},
    )


MODELS: Final[tuple[type, ...]] = (
    DunningLevel,
    DunningText,
    DunningRun,
    DunningLetter,
    DunningItem,
    DunningHold,
)
