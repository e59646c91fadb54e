"""By what a list is grouped: one or two of its fields, dates by a length of time.

Written in the address as `group=customer_id,date:month`; `in=7&in=2026-03` names one group by
the value of each level. A group is nothing but further conditions, so that whatever reads a list
reads a group of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast
from unicodedata import decimal

from babel.dates import format_date
from sqlalchemy import Date, String, func

from core.errors import Problem
from core.i18n import phrase
from core.i18n.formats import day
from core.web.resources.criteria import Condition, Ordering
from core.web.resources.culture import PLAIN, Culture
from core.web.resources.kinds import Boolean, Choice, Reference, Text, Unreadable
from core.web.resources.kinds_figures import Day, Integer, Moment
from core.web.resources.list_fields import ListFields
from core.web.resources.periods import UNITS, NotAPeriod, Unit, period, period_of, unit_of
from core.web.resources.shape import Filtered

MAX_LEVELS: Final = 2
NOT_SET: Final = "~"
"""How an address names the group without a value; a text that begins so gets another in front."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a grouping: the field, for dates by which length, and which way it is sorted."""

    filtered: Filtered
    unit: Unit | None
    descending: bool

    @property
    def name(self) -> str:
        """As the address writes it."""
        return f"{self.filtered.name}:{self.unit}" if self.unit else self.filtered.name


Grouping = tuple[Level, ...]


def groupable(fields: ListFields) -> list[Filtered]:
    """The fields that a list can be grouped by: what has few values, or dates."""
    shown = dict.fromkeys([*(item.name for item in fields.filters), *fields.columns])
    by_title: dict[str, Filtered] = {}
    for name in shown:
        item = fields.filterable.get(name)
        if item is not None and _can_group(item):
            # A reference and a column with its name are the same groups to whoever reads them.
            by_title.setdefault(item.title, item)
    return list(by_title.values())


def read_grouping(
    fields: ListFields, texts: Iterable[str], order: Ordering, problems: list[Problem]
) -> Grouping:
    """The levels that the address asks for; what is wrong goes to `problems`."""
    names = [name for text in texts for name in text.split(",") if name]
    if len(names) > MAX_LEVELS:
        problems.append(
            Problem("group", phrase("Group by {limit} fields at the most.", limit=MAX_LEVELS))
        )
    directions = {attribute.name: descending for attribute, descending in order}
    known = {item.name: item for item in groupable(fields)}
    levels: dict[str, Level] = {}
    for text in names[:MAX_LEVELS]:
        name, _, unit = text.partition(":")
        filtered = known.get(name)
        if filtered is None or (unit and (unit not in UNITS or not _is_dated(filtered))):
            problems.append(
                Problem("group", phrase("This list cannot be grouped by “{name}”.", name=text))
            )
            continue
        length: Unit | None = None
        if _is_dated(filtered):
            length = cast("Unit", unit) if unit else "month"
        levels.setdefault(text, Level(filtered, length, directions.get(name, False)))
    return tuple(levels.values())


def key_of(level: Level, zone: str) -> Any:
    """What rows of one group have in common, as SQL; dates by the first day of their period."""
    expression = level.filtered.attribute.expression
    if level.unit is not None:
        if isinstance(level.filtered.kind, Moment):
            expression = func.timezone(zone, expression)
        return func.date_trunc(level.unit, expression).cast(Date)
    if isinstance(level.filtered.kind, Text) and isinstance(expression.type, String):
        return func.nullif(expression, "")
    return expression


def within(grouping: Grouping, values: Sequence[Any]) -> tuple[Condition, ...]:
    """The conditions that records of this group fulfil, from the values of its levels."""
    return tuple(_condition(level, value) for level, value in zip(grouping, values, strict=False))


def write_value(level: Level, value: Any) -> str:
    """The value of a group as addresses name it."""
    if value is None:
        return NOT_SET
    if level.unit is not None:
        return period_of(level.unit, value).name
    kind = level.filtered.kind
    text = str(kind.write(value)).lower() if isinstance(kind, Boolean) else str(kind.write(value))
    return f"{NOT_SET}{text}" if text.startswith(NOT_SET) else text


def read_value(level: Level, text: str) -> Any:
    """The value in an address; raises Unreadable."""
    if text == NOT_SET:
        return None
    if level.unit is not None:
        return _first_day(level.unit, text)
    text = text.removeprefix(NOT_SET)
    return level.filtered.kind.read(text, PLAIN)


_PATTERNS: Final[dict[Unit, str]] = {
    "day": "EEE d MMM y",
    "month": "MMMM y",
    "quarter": "QQQ y",
    "year": "y",
}


def period_title(unit: Unit, start: date, culture: Culture) -> str:
    """What the period of this length is called that begins on this day: March 2026, Q1 2026. A
    week is called by its first day and its number, which are alike in all languages."""
    if unit == "week":
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02} · {day(culture.locale, start)}"
    text = format_date(start, _PATTERNS[unit], locale=culture.locale)
    return "".join(str(decimal(sign)) if sign.isdecimal() else sign for sign in text)


def _first_day(unit: Unit, text: str) -> Any:
    try:
        found = period(text, date.min) if unit_of(text) == unit else None
    except NotAPeriod:
        found = None
    if found is None or found.start is None:
        raise Unreadable(phrase("There is no such group."))
    return found.start


def _condition(level: Level, value: Any) -> Condition:
    if value is None:
        return Condition(level.filtered, "empty", True)
    if level.unit is not None:
        return Condition(level.filtered, "during", (period_of(level.unit, value),))
    return Condition(level.filtered, "eq", (value,))


def _is_dated(filtered: Filtered) -> bool:
    return isinstance(filtered.kind, Day | Moment)


def _can_group(filtered: Filtered) -> bool:
    kind = filtered.kind
    if isinstance(kind, Choice | Boolean | Reference | Day | Moment):
        return True
    if isinstance(kind, Integer):
        return not kind.code
    return isinstance(kind, Text) and kind.control == "text" and not _is_unique(filtered)


def _is_unique(filtered: Filtered) -> bool:
    """Whether each record has a value of its own, so that groups would be of one."""
    mapped = getattr(filtered.attribute.expression, "property", None)
    columns = getattr(mapped, "columns", ())
    return not filtered.attribute.path and any(column.unique for column in columns)
