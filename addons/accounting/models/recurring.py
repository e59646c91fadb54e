"""Templates of entries, whose amounts may be formulas, and entries that come back."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.chart import Account, Journal
from core.api import Model, Record, msg

UNITS: Final[tuple[tuple[str, str], ...]] = (
    ("day", msg("Days")),
    ("week", msg("Weeks")),
    ("month", msg("Months")),
    ("quarter", msg("Quarters")),
    ("year", msg("Years")),
)
MODES: Final[tuple[tuple[str, str], ...]] = (
    ("draft", msg("Leave a draft to be checked")),
    ("post", msg("Post at once")),
)


class EntryTemplate(Record, Model):
    """An entry to be written again and again, with other amounts."""

    __tablename__ = "entry_template"

    name: Mapped[str] = mapped_column(unique=True)
    journal_id: Mapped[int] = mapped_column(ForeignKey("accounting.journal.id"), index=True)
    reference: Mapped[str] = mapped_column(default="", server_default="")
    narration: Mapped[str] = mapped_column(default="", server_default="")
    partner_id: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    journal: Mapped[Journal] = relationship()
    lines: Mapped[list[EntryTemplateLine]] = relationship(
        back_populates="template",
        order_by="EntryTemplateLine.position, EntryTemplateLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = ({"schema": "accounting"},)


class EntryTemplateLine(Record, Model):
    """A line whose debit or credit is a formula such as `net * 15 %`. Names in formulas are
    asked for when the template is used; `rest` is what the other lines leave open."""

    __tablename__ = "entry_template_line"

    template_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.entry_template.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"), index=True)
    label: Mapped[str] = mapped_column(default="", server_default="")
    debit: Mapped[str] = mapped_column(default="", server_default="")
    credit: Mapped[str] = mapped_column(default="", server_default="")
    dimensions: Mapped[str] = mapped_column(default="", server_default="")

    template: Mapped[EntryTemplate] = relationship(back_populates="lines")
    account: Mapped[Account] = relationship()

    __table_args__ = (
        CheckConstraint("(debit = '') <> (credit = '')", name="one_side"),
        {"schema": "accounting"},
    )


class RecurringEntry(Record, Model):
    """A template that is used by itself: every so many months from the first day on.
    `last_date` is the day that was made last, `next_date` the one to come, if any."""

    __tablename__ = "recurring_entry"

    name: Mapped[str] = mapped_column(unique=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("accounting.entry_template.id"), index=True)
    parameters: Mapped[str] = mapped_column(default="", server_default="")
    unit: Mapped[str] = mapped_column(default="month", server_default="month")
    every: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    start_date: Mapped[date]
    end_date: Mapped[date | None]
    on_last_day: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    mode: Mapped[str] = mapped_column(default="draft", server_default="draft")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    last_date: Mapped[date | None]
    next_date: Mapped[date | None]
    problem: Mapped[str] = mapped_column(default="", server_default="")

    template: Mapped[EntryTemplate] = relationship()

    __table_args__ = (
        CheckConstraint("unit IN ('day', 'week', 'month', 'quarter', 'year')", name="unit"),
        CheckConstraint("every BETWEEN 1 AND 1000", name="every"),
        CheckConstraint("mode IN ('draft', 'post')", name="mode"),
        CheckConstraint("end_date >= start_date", name="dates"),
        Index("ix_recurring_entry_next_date", "next_date", postgresql_where=text("active")),
        {"schema": "accounting"},
    )


MODELS: Final[tuple[type, ...]] = (EntryTemplate, EntryTemplateLine, RecurringEntry)
