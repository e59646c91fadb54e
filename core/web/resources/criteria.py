"""What a list is asked for: search words, conditions on values, and an order.

Written in the address in the same way for pages, exports and the API: `q=paper`,
`status=open` (again for "or"), `date__gte=2026-01-01`, `date__during=last_quarter`,
`sort=-date,number`. Names are looked up among what the list offers to whoever asks, and values
are parsed to their types, so nothing of the address ever becomes SQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast, get_args

from core.db.base import utc_now
from core.errors import InvalidInput, Problem
from core.i18n import phrase
from core.web.resources.attributes import Attribute
from core.web.resources.culture import Culture
from core.web.resources.kinds import Kind, Text, Unreadable
from core.web.resources.kinds_figures import Day, Moment
from core.web.resources.list_fields import ListFields
from core.web.resources.moments import NotAMoment, read_date
from core.web.resources.periods import NotAPeriod, Period, period
from core.web.resources.shape import Filtered, Shape

Operator = Literal[
    "eq", "ne", "gt", "gte", "lt", "lte", "contains", "all", "lacks", "begins", "during", "null",
    "empty",
]  # fmt: skip
Ordering = tuple[tuple[Attribute, bool], ...]
"""Attributes, each with whether it descends; the last one is unique."""

CALL_RESERVED = frozenset({"q", "sort", "cursor", "limit", "since", "totals"})
RESERVED = CALL_RESERVED | {"columns", "group", "in", "view", "part", "panel", "page", "formats"}
"""Parameters with a meaning of their own; an attribute so called is asked for as `since__eq`."""
MAX_SEARCH = 200
MAX_VALUES = 200
MAX_SORTS = 5
_RANGES = frozenset({"gt", "gte", "lt", "lte"})
_WORDS = frozenset({"contains", "all", "lacks", "begins"})
_FLAGS = frozenset({"null", "empty"})


@dataclass(frozen=True, slots=True)
class Condition:
    """What is asked of one value. Bounds hold a value, `null` and `empty` a yes or no, all other
    operators a tuple: of values or texts, for `during` of periods. Any of them will do, but
    `all` asks for each, `ne` and `lacks` for none."""

    filtered: Filtered
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class Criteria:
    """All that decides which records are shown, and in which order."""

    search: str
    conditions: tuple[Condition, ...]
    order: Ordering

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.search or self.conditions)


def read_criteria(
    fields: ListFields,
    query: Iterable[tuple[str, str]],
    culture: Culture,
    *,
    strict: bool = True,
) -> Criteria:
    """The criteria of a request; raises InvalidInput naming every parameter that is wrong.

    With `strict` off, as in pages, names that mean nothing here and blank values are passed
    over.
    """
    search, sort, problems = "", "", []
    asked: dict[str, list[str]] = {}
    for name, value in query:
        if name == "q":
            search = value
        elif name == "sort":
            sort = value
        elif name not in (CALL_RESERVED if strict else RESERVED) and (strict or value.strip()):
            asked.setdefault(name, []).append(value)
    conditions = []
    for name, values in asked.items():
        try:
            condition = _condition(fields, name, values, culture)
        except Unreadable as error:
            problems.append(Problem(name, error.message))
            continue
        if condition is not None:
            conditions.append(condition)
        elif strict:
            problems.append(Problem(name, phrase("There is no such filter.")))
    order = _order(fields, sort, problems)
    if fields.search:
        search = _search(search, problems)
    elif search and strict:
        problems.append(Problem("q", phrase("There is nothing to search in.")))
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    return Criteria(search if fields.search else "", tuple(conditions), order)


def parameter(name: str) -> str:
    """The parameter that asks for values of this attribute."""
    return f"{name}__eq" if name in RESERVED else name


def complete(shape: Shape, order: Iterable[tuple[Attribute, bool]]) -> Ordering:
    """The order with the primary key at its end, which makes it a total one."""
    distinct = {attribute.name: (attribute, descending) for attribute, descending in order}
    if shape.key.name not in distinct:
        directions = {descending for _, descending in distinct.values()}
        # In the direction of the others, so that one index can serve the whole order.
        distinct[shape.key.name] = (shape.key, directions == {True})
    return tuple(distinct.values())


def suits(kind: Kind, operator: Operator) -> bool:
    """Whether values of this kind can be asked for with this operator."""
    if operator in _RANGES:
        return kind.ranged
    if operator in _WORDS:
        return isinstance(kind, Text)
    return operator != "during" or isinstance(kind, Day | Moment)


def _condition(
    fields: ListFields, name: str, values: list[str], culture: Culture
) -> Condition | None:
    field, _, suffix = name.partition("__")
    filtered = fields.filterable.get(field)
    operator = cast(Operator, suffix or "eq")
    if filtered is None or operator not in get_args(Operator):
        return None
    if not suits(filtered.kind, operator):
        return None
    if len(values) > MAX_VALUES:
        raise Unreadable(phrase("At the most {limit} values can be asked for.", limit=MAX_VALUES))
    return Condition(filtered, operator, _value(filtered.kind, operator, values, culture))


def _value(kind: Kind, operator: Operator, values: list[str], culture: Culture) -> Any:
    if operator == "during":
        return tuple(_period(value, culture) for value in values)
    if operator in ("eq", "ne") or operator in _WORDS:
        return tuple(kind.read(value, culture) for value in values)
    if operator in _FLAGS:
        if values[-1] not in ("true", "false"):
            raise Unreadable(phrase("This must be true or false."))
        return values[-1] == "true"
    if isinstance(kind, Moment):
        return _moment(kind, operator, values[-1], culture)
    return kind.read(values[-1], culture)


def _period(name: str, culture: Culture) -> Period:
    try:
        return period(name.strip(), utc_now().astimezone(culture.zone).date())
    except NotAPeriod:
        raise Unreadable(
            phrase("Write a period such as this_month, last_quarter, 2026, 2026-Q1 or 2026-03.")
        ) from None


def _moment(kind: Moment, operator: Operator, text: str, culture: Culture) -> datetime:
    """A day stands for its first moment, or its last where the whole of it is meant."""
    try:
        day = read_date(text, culture)
        start = datetime(day.year, day.month, day.day, tzinfo=culture.zone)
        if operator in ("gt", "lte"):
            start = start + timedelta(days=1) - timedelta(microseconds=1)
        return start.astimezone(UTC)
    except (NotAMoment, OverflowError):
        return kind.read(text, culture)


def _order(fields: ListFields, sort: str, problems: list[Problem]) -> Ordering:
    shape = fields.shape
    if not sort:
        return complete(shape, (item for item in shape.order if item[0].name not in fields.hidden))
    chosen = []
    for name in sort.split(",")[: MAX_SORTS + 1]:
        attribute = fields.sortable.get(name.removeprefix("-"))
        if attribute is None or len(chosen) == MAX_SORTS:
            problems.append(
                Problem("sort", phrase("Sort by: {names}.", names=", ".join(fields.sortable)))
            )
            break
        chosen.append((attribute, name.startswith("-")))
    return complete(shape, chosen)


def _search(text: str, problems: list[Problem]) -> str:
    if len(text) > MAX_SEARCH or "\x00" in text:
        problems.append(
            Problem("q", phrase("Search for at most {limit} letters.", limit=MAX_SEARCH))
        )
    return text.strip()
