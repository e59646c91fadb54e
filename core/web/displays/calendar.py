"""A calendar: a list's records on their days, in a month or a week as the reader knows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from babel import Locale
from babel.dates import format_date, format_interval, get_day_names
from sqlalchemy import Date, cast, func, or_, select
from sqlalchemy.orm import Session, selectinload

from core.clock import utc_now
from core.declare import Calendar
from core.web.displays.board import facts_of
from core.web.displays.weeks import first_weekday
from core.web.resources.keyset import sorted_by
from core.web.resources.kinds import Choice, Reference, Text
from core.web.resources.kinds_figures import Moment
from core.web.resources.records import may_edit
from core.web.resources.selection import narrow, zone_of
from core.web.resources.shape import Shape, Shown
from core.web.resources.views.asking import Asked

Span = Literal["month", "week"]
_SHOWN: Final[dict[Span, int]] = {"month": 4, "week": 40}
_LIMIT: Final = 2_000
"""Records of one page; a fuller month is looked at by its weeks, or filtered."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record on a day, `fact` what else it is known by; `time` where it has one."""

    key: str
    title: str
    fact: str
    time: str
    url: str
    version: str
    tone: str
    movable: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the page: `more` are the records that have no room on it."""

    day: date
    number: str
    title: str
    inside: bool
    today: bool
    entries: tuple[Entry, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A month or a week: its days in rows of seven, and the days that lead before and after it."""

    title: str
    names: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[Day, ...], ...]
    before: date
    after: date
    cut: bool


def sheet(session: Session, asked: Asked, calendar: Calendar, span: Span, day: date) -> Sheet:
    """The month or the week around this day."""
    locale = Locale.parse(asked.culture.locale)
    begins = first_weekday(asked.culture.locale, str(asked.culture.zone))
    first = day.replace(day=1) if span == "month" else _week_of(begins, day)
    days = _days(begins, span, first)
    records = _records(session, asked, calendar, days[0], days[-1])
    placed = _placed(session, asked, calendar, records[:_LIMIT], days)
    today = utc_now().astimezone(asked.culture.zone).date()
    made = [_day(locale, span, first, d, today, placed.get(d, [])) for d in days]
    after = _next_month(first) if span == "month" else first + timedelta(days=7)
    before = first - timedelta(days=1) if span == "month" else first - timedelta(days=7)
    return Sheet(
        title=_title(locale, span, first),
        names=_names(locale, begins),
        weeks=tuple(tuple(made[n : n + 7]) for n in range(0, len(made), 7)),
        before=before.replace(day=1) if span == "month" else before,
        after=after,
        cut=len(records) > _LIMIT,
    )


def _week_of(begins: int, day: date) -> date:
    return day - timedelta(days=(day.weekday() - begins) % 7)


def _days(begins: int, span: Span, first: date) -> list[date]:
    start = _week_of(begins, first)
    last = first if span == "week" else _next_month(first) - timedelta(days=1)
    count = 7 if span == "week" else ((last - start).days // 7 + 1) * 7
    return [start + timedelta(days=n) for n in range(count)]


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _title(locale: Locale, span: Span, first: date) -> str:
    if span == "month":
        return format_date(first, "LLLL y", locale=locale)
    return format_interval(first, first + timedelta(days=6), "yMMMd", locale=locale)


def _names(locale: Locale, begins: int) -> tuple[tuple[str, str], ...]:
    """The days of the week, short and in full, from the one the reader's week begins with."""
    short = get_day_names("abbreviated", "stand-alone", locale)
    full = get_day_names("wide", "stand-alone", locale)
    return tuple((short[n % 7], full[n % 7]) for n in range(begins, begins + 7))


def _records(
    session: Session, asked: Asked, calendar: Calendar, first: date, last: date
) -> list[Any]:
    shape = asked.shape
    starts = _date_of(session, shape, calendar.date)
    inside = starts.between(first, last)
    if calendar.end:
        ends = func.coalesce(_date_of(session, shape, calendar.end), starts)
        inside = or_(inside, (starts < first) & (ends >= first))
    used = [key for key, _ in asked.criteria.order]
    statement = narrow(session, shape, select(shape.model).where(inside), asked.criteria, *used)
    statement = statement.options(
        *(selectinload(grid.relationship.class_attribute) for grid in shape.grids)
    )
    own = shape.filterable[calendar.date].attribute.expression
    statement = sorted_by(statement.order_by(own), asked.criteria.order)
    return list(session.scalars(statement.limit(_LIMIT + 1)))


def _date_of(session: Session, shape: Shape, name: str) -> Any:
    attribute = shape.attributes.find(name)
    if isinstance(attribute.key, Moment):
        return cast(func.timezone(str(zone_of(session)), attribute.expression), Date)
    return attribute.expression


def _placed(
    session: Session, asked: Asked, calendar: Calendar, records: list[Any], days: list[date]
) -> dict[date, list[Entry]]:
    shape, placed = asked.shape, {day: [] for day in days}
    state = next((c for c in shape.columns if isinstance(c.kind, Choice) and c.tones), None)
    writable = any(i.name == calendar.date and not i.readonly for i in shape.inputs)
    facts = facts_of(session, asked, _known_by(asked), records)
    for record in records:
        value = getattr(record, calendar.date)
        key, day, time = getattr(record, shape.key.name), _local(asked, value), ""
        if isinstance(value, datetime):
            time = f"{value.astimezone(asked.culture.zone):%H:%M}"
        last = _local(asked, getattr(record, calendar.end)) if calendar.end else None
        tone = ""
        if state is not None and not state.attribute.path:
            tone = state.tones.get(state.kind.write(getattr(record, state.name)), "")
        entry = Entry(
            key=str(key),
            title=asked.translate(shape.resource.record_title(record)),
            fact=next((text for _, text, _ in facts[key]), ""),
            time=time,
            url=shape.record_url(key),
            version=str(getattr(record, "version", "")),
            tone=tone,
            movable=writable and may_edit(session, shape, record),
        )
        spot = max(day, days[0])
        while spot <= min(last or day, days[-1]):
            placed[spot].append(entry)
            spot += timedelta(days=1)
    return placed


def _known_by(asked: Asked) -> list[Shown]:
    """The first column behind the title that names something, such as the customer."""
    named = (item for item in asked.fields.first[1:] if isinstance(item.kind, Text | Reference))
    return list(named)[:1]


def _local(asked: Asked, value: Any) -> Any:
    return value.astimezone(asked.culture.zone).date() if isinstance(value, datetime) else value


def _day(
    locale: Locale, span: Span, first: date, day: date, today: date, entries: list[Entry]
) -> Day:
    room = _SHOWN[span]
    # A single one more takes no more room than the words that would stand for it.
    shown = entries if len(entries) == room + 1 else entries[:room]
    return Day(
        day=day,
        number=format_date(day, "d", locale=locale),
        title=format_date(day, "full", locale=locale),
        inside=span == "week" or day.month == first.month,
        today=day == today,
        entries=tuple(shown),
        more=len(entries) - len(shown),
    )
