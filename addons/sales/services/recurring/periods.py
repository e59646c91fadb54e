"""The periods of a contract: they tile the time from its first day to its last.

Counted from an anchor, so that a month that lacks the 31st does not move those that follow: from
31 January periods begin on 28 February and 31 March.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

Unit = Literal["day", "week", "month", "quarter", "year"]
ONE_DAY: Final = timedelta(days=1)
_DAYS: Final = {"day": 1, "week": 7}
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days these are."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a contract is charged: every so many units, counted from a day on which a period
    begins, between the contract's first day and its last, if there is one."""

    unit: Unit
    every: int
    anchor: date
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A period of a contract. `whole` is what it would be if the contract neither began nor ended
    within it."""

    span: Span
    whole: Span


def boundary(rhythm: Rhythm, place: int) -> date:
    """The first day of the whole period at this place; at 0 it is the anchor."""
    step = rhythm.every * place
    if rhythm.unit in _DAYS:
        return rhythm.anchor + timedelta(days=step * _DAYS[rhythm.unit])
    months = rhythm.anchor.year * 12 + rhythm.anchor.month - 1 + step * _MONTHS[rhythm.unit]
    year, month = divmod(months, 12)
    return date(year, month + 1, min(rhythm.anchor.day, monthrange(year, month + 1)[1]))


def period_of(rhythm: Rhythm, day: date) -> Period | None:
    """The period that a day lies in; None before the first and after the last."""
    if day < rhythm.starts_on or (rhythm.ends_on is not None and day > rhythm.ends_on):
        return None
    place = _place(rhythm, day)
    whole = Span(boundary(rhythm, place), boundary(rhythm, place + 1) - ONE_DAY)
    last = whole.last if rhythm.ends_on is None else min(whole.last, rhythm.ends_on)
    return Period(Span(max(whole.first, rhythm.starts_on), last), whole)


def next_period(rhythm: Rhythm, covered_until: date | None) -> Period | None:
    """The first period after what is covered; None where the contract is over by then."""
    return period_of(rhythm, rhythm.starts_on if covered_until is None else covered_until + ONE_DAY)


def periods_from(rhythm: Rhythm, covered_until: date | None) -> Iterator[Period]:
    """The periods after what is covered, one after the other, as long as the contract runs."""
    found = next_period(rhythm, covered_until)
    while found is not None:
        yield found
        found = next_period(rhythm, found.span.last)


def active_spans(within: Span, pauses: Iterable[tuple[date, date | None]]) -> tuple[Span, ...]:
    """What is left of some days without those of the pauses, which may overlap."""
    left, start = [], within.first
    for first, last in sorted(pauses, key=lambda pause: pause[0]):
        if start > within.last or first > within.last:
            break
        if first > start:
            left.append(Span(start, first - ONE_DAY))
        if last is None:
            return tuple(left)
        start = max(start, last + ONE_DAY)
    if start <= within.last:
        left.append(Span(start, within.last))
    return tuple(left)


def _place(rhythm: Rhythm, day: date) -> int:
    """The place of the whole period that a day lies in."""
    if rhythm.unit in _DAYS:
        return (day - rhythm.anchor).days // (rhythm.every * _DAYS[rhythm.unit])
    months = (day.year - rhythm.anchor.year) * 12 + day.month - rhythm.anchor.month
    place = months // (rhythm.every * _MONTHS[rhythm.unit])
    # Of the month itself only the days from the anchor's on belong to the period.
    return place - 1 if boundary(rhythm, place) > day else place
