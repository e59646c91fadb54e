"""Fiscal years and their periods: when the books are open.

Neither years nor periods overlap among themselves (exclusion constraints, migration 0001).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record

State = Literal["open", "closed", "locked"]
"""Closed can be reopened; locked never."""

_STATES = "state IN ('open', 'closed', 'locked')"


class FiscalYear(Record, Model):
    """A fiscal year of any length. Closing it closes its periods."""

    __tablename__ = "fiscal_year"

    name: Mapped[str] = mapped_column(unique=True)
    start_date: Mapped[date]
    end_date: Mapped[date]
    state: Mapped[str] = mapped_column(default="open", server_default="open")
    periods: Mapped[list[Period]] = relationship(
        back_populates="fiscal_year",
        order_by="Period.start_date",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("start_date <= end_date", name="dates"),
        CheckConstraint(_STATES, name="state"),
        {"schema": "accounting"},
    )


class Period(Record, Model):
    """A part of a fiscal year, mostly a month. Entries are posted into open periods only."""

    __tablename__ = "period"

    fiscal_year_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.fiscal_year.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(unique=True)
    start_date: Mapped[date]
    end_date: Mapped[date]
    state: Mapped[str] = mapped_column(default="open", server_default="open")
    fiscal_year: Mapped[FiscalYear] = relationship(back_populates="periods")

    __table_args__ = (
        CheckConstraint("start_date <= end_date", name="dates"),
        CheckConstraint(_STATES, name="state"),
        Index("ix_period_not_open", "start_date", postgresql_where=text("state <> 'open'")),
        {"schema": "accounting", "info": {"stamped": True}},
    )
