"""In what state the books of some days are: drafts that wait, periods that are still open, and
the fiscal years by which reports count."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select, text
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
    # That drafts have no number is the condition of the index over them.
    draft = (JournalEntry.state == "draft") & JournalEntry.number.is_(None)
    waiting = select(func.count()).select_from(JournalEntry).where(draft, JournalEntry.date <= end)
    if start is not None:
        waiting = waiting.where(JournalEntry.date >= start)
    if branches is not None:
        waiting = waiting.where(func.coalesce(JournalEntry.branch_id, 0).in_(branches))
    return session.scalar(waiting) or 0


# The parts of a settlement cancel out on each account: only then do the open items, which are the
# lines less their parts, come to what stands on it.
_SETTLED = """
SELECT line.account_id, sum(part.amount)
  FROM accounting.settlement_part AS part
  JOIN accounting.settlement ON settlement.id = part.settlement_id
  JOIN accounting.journal_line AS line ON line.id = part.line_id
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
 WHERE settlement.date <= :on AND (settlement.undone_on IS NULL OR settlement.undone_on > :on)
   AND line.currency = :currency {branches}
 GROUP BY line.account_id HAVING sum(part.amount) <> 0
"""
_BRANCHES = "AND coalesce(entry.branch_id, 0) = ANY(CAST(:branches AS bigint[]))"


def control_differences(
    session: Session, on: date, currency: str, branches: Collection[int] | None = None
) -> dict[int, Decimal]:
    """By account, how far its balance at the end of a day is from the sum of its open items;
    empty where both agree. Found without reading the items themselves."""
    given: dict[str, object] = {"on": on, "currency": currency}
    if branches is not None:
        given["branches"] = list(branches)
    statement = text(_SETTLED.format(branches="" if branches is None else _BRANCHES))
    rows = session.execute(statement, given)
    return {row.account_id: row.sum for row in rows}
