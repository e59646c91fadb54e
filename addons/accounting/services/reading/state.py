"""In what state the books of some days are: drafts that wait, periods that are still open, and
the fiscal years by which reports count."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models import FiscalYear, JournalEntry, Period
from addons.accounting.options import AccountingOptions
from core.api import options


@dataclass(frozen=True, slots=True)
class BooksPeriod:
    """A period or fiscal year as reports name it."""

    name: str
    start: date
    end: date
    state: str


def company_currency(session: Session) -> str:
    """The currency that the company keeps its books in."""
    return options(session, AccountingOptions).company_currency


def fiscal_years(session: Session) -> list[BooksPeriod]:
    """The fiscal years, oldest first."""
    found = session.scalars(select(FiscalYear).order_by(FiscalYear.start_date))
    return [BooksPeriod(year.name, year.start_date, year.end_date, year.state) for year in found]


def year_start(session: Session, day: date) -> date:
    """The first day of the fiscal year in which a day lies; by the company's first month where
    no year was set up."""
    start = session.scalar(
        select(FiscalYear.start_date).where(
            FiscalYear.start_date <= day, FiscalYear.end_date >= day
        )
    )
    if start is not None:
        return start
    first_month = options(session, AccountingOptions).fiscal_year_first_month
    return date(day.year if day.month >= first_month else max(day.year - 1, 1), first_month, 1)


def open_periods(session: Session, start: date | None, end: date) -> list[BooksPeriod]:
    """The periods that touch these days and are neither closed nor locked."""
    found = select(Period).where(Period.state == "open", Period.start_date <= end)
    if start is not None:
        found = found.where(Period.end_date >= start)
    rows = session.scalars(found.order_by(Period.start_date))
    return [BooksPeriod(row.name, row.start_date, row.end_date, row.state) for row in rows]


def count_drafts_in(
    session: Session, start: date | None, end: date, branches: Collection[int] | None = None
) -> int:
    """How many entries of these days are still drafts."""
    waiting = (
        select(func.count())
        .select_from(JournalEntry)
        .where(JournalEntry.state == "draft", JournalEntry.date <= end)
    )
    if start is not None:
        waiting = waiting.where(JournalEntry.date >= start)
    if branches is not None:
        waiting = waiting.where(func.coalesce(JournalEntry.branch_id, 0).in_(branches))
    return session.scalar(waiting) or 0
