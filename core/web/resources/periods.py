"""Stretches of days that people ask for by name: this month, the last quarter, 2026-03.

A period is half open: it begins with its first day and ends before `end`. Weeks begin on Monday
(ISO 8601), so that a shared address means the same days to every reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final, Literal

from core.declare import msg

Unit = Literal["day", "week", "month", "quarter", "year"]
UNITS: Final[tuple[Unit, ...]] = ("day", "week", "month", "quarter", "year")
UNIT_TITLES: Final[dict[Unit, str]] = {
    "day": msg("Day"),
    "week": msg("Week"),
    "month": msg("Month"),
    "quarter": msg("Quarter"),
    "year": msg("Year"),
}
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


class NotAPeriod(ValueError):
    """The text names no period."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` on and before `end`; None is without a bound. `name` is as addresses
    write it."""

    name: str
    start: date | None
    end: date | None


RELATIVE: Final[dict[str, str]] = {
    "today": msg("Today"),
    "yesterday": msg("Yesterday"),
    "this_week": msg("This week"),
    "last_week": msg("Last week"),
    "this_month": msg("This month"),
    "last_month": msg("Last month"),
    "this_quarter": msg("This quarter"),
    "last_quarter": msg("Last quarter"),
    "this_year": msg("This year"),
    "last_year": msg("Last year"),
    "last_7_days": msg("Last 7 days"),
    "last_30_days": msg("Last 30 days"),
    "last_90_days": msg("Last 90 days"),
    "last_12_months": msg("Last 12 months"),
    "month_to_date": msg("Month to date"),
    "year_to_date": msg("Year to date"),
    "tomorrow": msg("Tomorrow"),
    "next_7_days": msg("Next 7 days"),
    "next_30_days": msg("Next 30 days"),
    "next_week": msg("Next week"),
    "next_month": msg("Next month"),
    "next_quarter": msg("Next quarter"),
    "next_year": msg("Next year"),
    "past": msg("Before today"),
    "future": msg("After today"),
}
"""The names of periods that move with the calendar, with their titles."""


def period(name: str, today: date) -> Period:
    """The period of this name: one of RELATIVE, or 2026, 2026-Q1, 2026-03, 2026-W12 and
    2026-03-31. Raises NotAPeriod."""
    try:
        bounds = _relative(name, today) if name in RELATIVE else _absolute(name)
    except (ValueError, OverflowError):
        raise NotAPeriod(name) from None
    return Period(name, *bounds)


def period_of(unit: Unit, day: date) -> Period:
    """The period of this length that holds the day, under its absolute name."""
    start = _start(unit, day)
    return Period(_name(unit, start), start, _moved(unit, start, 1))


_ABSOLUTE: Final[tuple[tuple[re.Pattern[str], Unit, Callable[[list[int]], date]], ...]] = (
    (re.compile(r"(\d{4})", re.ASCII), "year", lambda n: date(n[0], 1, 1)),
    (re.compile(r"(\d{4})-Q([1-4])", re.ASCII), "quarter", lambda n: date(n[0], 3 * n[1] - 2, 1)),
    (re.compile(r"(\d{4})-(\d{2})", re.ASCII), "month", lambda n: date(n[0], n[1], 1)),
    (
        re.compile(r"(\d{4})-W(\d{2})", re.ASCII),
        "week",
        lambda n: date.fromisocalendar(n[0], n[1], 1),
    ),
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII), "day", lambda n: date(n[0], n[1], n[2])),
)


def unit_of(name: str) -> Unit | None:
    """How long an absolute period is, by its name; None for all other names."""
    return next((unit for pattern, unit, _ in _ABSOLUTE if pattern.fullmatch(name)), None)


def _absolute(name: str) -> tuple[date, date | None]:
    for pattern, unit, first_day in _ABSOLUTE:
        match = pattern.fullmatch(name)
        if match is not None:
            start = first_day([int(part) for part in match.groups()])
            return start, _moved(unit, start, 1)
    raise NotAPeriod(name)


def _relative(name: str, today: date) -> tuple[date | None, date | None]:
    tomorrow = today + timedelta(days=1)
    if name in _NEAR:
        unit, step = _NEAR[name]
        start = _moved(unit, _start(unit, today), step)
        return start, None if start is None else _moved(unit, start, 1)
    if name == "past":
        return None, today
    if name == "future":
        return tomorrow, None
    if name.endswith("_to_date"):
        return _start("month" if name == "month_to_date" else "year", today), tomorrow
    if name == "last_12_months":
        return _moved("month", _start("month", today), -11), tomorrow
    days = int(name.split("_")[1])
    if name.startswith("next"):
        return tomorrow, tomorrow + timedelta(days=days)
    return tomorrow - timedelta(days=days), tomorrow


_NEAR: Final[dict[str, tuple[Unit, int]]] = {
    "today": ("day", 0),
    "yesterday": ("day", -1),
    "tomorrow": ("day", 1),
    **{f"this_{unit}": (unit, 0) for unit in UNITS},
    **{f"last_{unit}": (unit, -1) for unit in UNITS},
    **{f"next_{unit}": (unit, 1) for unit in UNITS},
}


def _start(unit: Unit, day: date) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _moved(unit: Unit, start: date, steps: int) -> date | None:
    """The start of the period so many steps on; None beyond the last year there is."""
    try:
        if unit in ("day", "week"):
            return start + timedelta(days=steps * (7 if unit == "week" else 1))
        months = start.year * 12 + start.month - 1 + steps * _MONTHS[unit]
        year, month = divmod(months, 12)
        return date(year, month + 1, 1) if MINYEAR <= year <= MAXYEAR else None
    except OverflowError:
        return None


def _name(unit: Unit, start: date) -> str:
    if unit == "week":
        year, week, _ = start.isocalendar()
        return f"{year:04}-W{week:02}"
    if unit == "quarter":
        return f"{start.year:04}-Q{(start.month + 2) // 3}"
    return start.isoformat()[: {"year": 4, "month": 7, "day": 10}[unit]]
