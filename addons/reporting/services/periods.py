"""Which days a report is about: names of periods such as `last_month`, and what comes before."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.api import fiscal_years, year_start
from core.api import InvalidInput, msg, phrase, today

PERIODS: Final[tuple[tuple[str, str], ...]] = (
    ("this_month", msg("This month")),
    ("last_month", msg("Last month")),
    ("this_quarter", msg("This quarter")),
    ("last_quarter", msg("Last quarter")),
    ("this_year", msg("This fiscal year")),
    ("last_year", msg("Last fiscal year")),
    ("to_date", msg("Fiscal year to date")),
    ("today", msg("Today")),
    ("yesterday", msg("Yesterday")),
    ("all", msg("Everything")),
    ("custom", msg("Other days")),
)
NAMES: Final = frozenset(name for name, _ in PERIODS)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """From the first to the last day; no first one means from the beginning."""

    start: date | None
    end: date

    @property
    def is_whole_months(self) -> bool:
        """Whether it begins with a month and ends with one."""
        last = calendar.monthrange(self.end.year, self.end.month)[1]
        return self.start is not None and self.start.day == 1 and self.end.day == last


def days_of(
    session: Session, name: str, start: date | None = None, end: date | None = None
) -> Days:
    """The days of a named period, as of today. `fiscal:<name>` is a fiscal year."""
    now = today(session)
    if name.startswith("fiscal:"):
        return _fiscal(session, name.removeprefix("fiscal:"))
    match name:
        case "today":
            return Days(now, now)
        case "yesterday":
            return Days(now - _ONE_DAY, now - _ONE_DAY)
        case "this_month" | "last_month":
            first = now.replace(day=1)
            return _months(first if name == "this_month" else _add_months(first, -1), 1)
        case "this_quarter" | "last_quarter":
            first = now.replace(month=now.month - (now.month - 1) % 3, day=1)
            return _months(first if name == "this_quarter" else _add_months(first, -3), 3)
        case "this_year" | "last_year" | "to_date":
            return _year(session, name, now)
        case "all":
            return Days(None, end or now)
        case "custom":
            return _custom(start, end or now)
    raise InvalidInput.of("period", phrase("There is no period called {name}.", name=name))


def before(days: Days) -> Days:
    """The days of the same length that end where these begin."""
    if days.start is None:
        return _year_earlier(days)
    if days.is_whole_months:
        months = (days.end.year - days.start.year) * 12 + days.end.month - days.start.month + 1
        return _months(_add_months(days.start, -months), months)
    length = days.end - days.start
    return Days(_moved(days.start, -length - _ONE_DAY), _moved(days.start, -_ONE_DAY))


def after(days: Days) -> Days:
    """The days of the same length that begin where these end."""
    if days.start is None:
        return days
    if days.is_whole_months:
        months = (days.end.year - days.start.year) * 12 + days.end.month - days.start.month + 1
        return _months(_add_months(days.start, months), months)
    length = days.end - days.start
    return Days(_moved(days.end, _ONE_DAY), _moved(days.end, _ONE_DAY + length))


def year_earlier(days: Days) -> Days:
    """The same days of the year before."""
    return _year_earlier(days)


def months_in(days: Days, most: int) -> Iterator[Days]:
    """The calendar months of these days, the last `most` of them, cut at their ends."""
    start = days.start or _add_months(days.end.replace(day=1), 1 - most)
    first = max(start, _add_months(days.end.replace(day=1), 1 - most))
    while first <= days.end:
        following = _add_months(first.replace(day=1), 1)
        yield Days(first, min(following - _ONE_DAY, days.end))
        first = following


def _year(session: Session, name: str, now: date) -> Days:
    start = year_start(session, now)
    if name == "last_year":
        now = start - _ONE_DAY
        start = year_start(session, now)
    if name == "to_date":
        return Days(start, now)
    for year in fiscal_years(session):
        if year.start == start:
            return Days(start, year.end)
    return _months(start, 12)


def _fiscal(session: Session, name: str) -> Days:
    for year in fiscal_years(session):
        if year.name == name:
            return Days(year.start, year.end)
    raise InvalidInput.of("period", phrase("There is no fiscal year {name}.", name=name))


def _custom(start: date | None, end: date) -> Days:
    if start is not None and start > end:
        raise InvalidInput.of("to", phrase("The last day is before the first."))
    return Days(start, end)


def _year_earlier(days: Days) -> Days:
    if days.end.year < 3:
        return days
    if days.is_whole_months:
        start = days.start and _add_months(days.start, -12)
        return Days(start, _add_months(days.end.replace(day=1), -11) - _ONE_DAY)
    return Days(days.start and _same_day(days.start), _same_day(days.end))


def _same_day(day: date) -> date:
    # 29 February has no counterpart in the year before.
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


def _months(first: date, count: int) -> Days:
    return Days(first, _add_months(first, count) - _ONE_DAY)


def _moved(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        raise InvalidInput.of("from", phrase("No calendar has these days.")) from None


def _add_months(first: date, count: int) -> date:
    months = first.year * 12 + first.month - 1 + count
    year = months // 12
    if not 1 <= year <= 9999:
        raise InvalidInput.of("from", phrase("No calendar has these days."))
    return date(year, months % 12 + 1, 1)
