"""Fiscal years and periods: set up when first needed, closed and locked by people."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import MAXYEAR, MINYEAR, date, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.accounting.models import FiscalYear, JournalEntry, NumberSeries, Period, State
from addons.accounting.options import AccountingOptions
from core.api import Conflict, InvalidInput, options, phrase

_ONE_DAY = timedelta(days=1)


def ensure_years(session: Session, days: Iterable[date]) -> None:
    """Set up the fiscal years that cover these days, where there are none."""
    first_month = options(session, AccountingOptions).fiscal_year_first_month
    for start in sorted({_year_start(day, first_month) for day in days}):
        _set_up(session, start, first_month)


def extend_years(session: Session, day: date) -> bool:
    """Set up the year of `day` if it adjoins the years there are, or is the very first.

    So the books go on at the turn of the year, and a mistyped 2206 opens nothing.
    """
    near = select(FiscalYear.id).where(
        FiscalYear.start_date - 366 <= day, FiscalYear.end_date + 366 >= day
    )
    known = session.scalar(select(FiscalYear.id).limit(1))
    if known is not None and session.scalar(near.limit(1)) is None:
        return False
    ensure_years(session, [day])
    return True


def create_year(session: Session, name: str, start: date, end: date) -> FiscalYear:
    """A fiscal year of any length, with a period per calendar month."""
    if start > end:
        raise InvalidInput.of("end_date", phrase("The year ends before it begins."))
    overlapping = session.scalar(
        select(FiscalYear.name).where(FiscalYear.start_date <= end, FiscalYear.end_date >= start)
    )
    if overlapping is not None:
        raise InvalidInput.of(
            "start_date",
            phrase("These days overlap with fiscal year {name}.", name=overlapping),
            fix=phrase("Choose days that no other year covers."),
        )
    year = FiscalYear(name=name, start_date=start, end_date=end)
    session.add(year)
    session.flush()
    session.add_all(
        Period(fiscal_year=year, name=name, start_date=first, end_date=last)
        for name, first, last in _months(start, end)
    )
    session.flush()
    return year


def delete_year(session: Session, year: FiscalYear) -> None:
    """Remove a fiscal year that nothing was posted in."""
    _require_not_locked(year.state, year.name)
    used = select(NumberSeries.id).where(NumberSeries.fiscal_year_id == year.id)
    if session.scalar(used.limit(1)) is not None:
        raise Conflict(
            phrase("Entries were posted in fiscal year {name}.", name=year.name),
            fix=phrase("Close the year instead."),
        )
    session.delete(year)
    session.flush()


def set_year_state(session: Session, year: FiscalYear, state: State) -> None:
    """Close, reopen or lock a year; closing and locking take its periods along."""
    _require_not_locked(year.state, year.name)
    if state != "open":
        _require_no_drafts(session, year.start_date, year.end_date)
    year.state = state
    session.flush()
    # The database has closed the periods.
    for period in year.periods:
        session.refresh(period)


def set_period_state(
    session: Session, period: Period, state: State, *, with_drafts: bool = False
) -> None:
    """Close, reopen or lock a period. People do so by its checklist, which calls this."""
    _require_not_locked(period.state, period.name)
    if state == "open" and period.fiscal_year.state != "open":
        raise Conflict(
            phrase("Fiscal year {name} is closed.", name=period.fiscal_year.name),
            fix=phrase("Reopen the year first."),
        )
    if state != "open" and not with_drafts:
        _require_no_drafts(session, period.start_date, period.end_date)
    period.state = state
    session.flush()


def period_of(session: Session, day: date) -> Period | None:
    """The period that a day lies in."""
    return session.scalar(select(Period).where(Period.start_date <= day, Period.end_date >= day))


def _require_not_locked(state: str, name: str) -> None:
    if state == "locked":
        raise Conflict(
            phrase("{name} is locked for good.", name=name),
            fix=phrase("Correct it with an entry in an open period."),
        )


def _require_no_drafts(session: Session, start: date, end: date) -> None:
    draft = session.scalar(
        select(JournalEntry.id)
        .where(
            JournalEntry.state == "draft",
            JournalEntry.number.is_(None),
            JournalEntry.date.between(start, end),
        )
        .limit(1)
    )
    if draft is not None:
        raise Conflict(
            phrase("There are draft entries between {start} and {end}.", start=start, end=end),
            fix=phrase("Post them, delete them or give them another date first."),
        )


def _set_up(session: Session, start: date, first_month: int) -> None:
    end = _year_end(start, first_month)
    name = str(start.year) if start.year == end.year else f"{start.year}-{end.year}"
    created = session.scalar(
        # Another transaction may be setting up the same year.
        insert(FiscalYear)
        .values(name=name, start_date=start, end_date=end)
        .on_conflict_do_nothing()
        .returning(FiscalYear.id)
    )
    if created is None:
        return
    session.execute(
        insert(Period).on_conflict_do_nothing(),
        [
            {"fiscal_year_id": created, "name": name, "start_date": first, "end_date": last}
            for name, first, last in _months(start, end)
        ],
    )


def _year_start(day: date, first_month: int) -> date:
    year = day.year if day.month >= first_month else day.year - 1
    return date(year, first_month, 1) if year >= MINYEAR else date.min


def _year_end(start: date, first_month: int) -> date:
    following = start.year + 1 if start.month >= first_month else start.year
    return date(following, first_month, 1) - _ONE_DAY if following <= MAXYEAR else date.max


def _months(start: date, end: date) -> Iterable[tuple[str, date, date]]:
    first = start
    while True:
        last = min(first.replace(day=monthrange(first.year, first.month)[1]), end)
        yield first.isoformat()[:7], first, last
        if last == end:
            return
        first = last + _ONE_DAY
