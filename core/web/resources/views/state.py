"""The state of a list, as its address says it: what is let through, in which order, grouped by
what, and which columns are shown. Pages, exports, saved views and whatever else looks at a list
read the address here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from core.errors import InvalidInput, Problem
from core.i18n import phrase
from core.web.resources.criteria import Criteria, complete, read_criteria
from core.web.resources.culture import Culture
from core.web.resources.kinds import Unreadable
from core.web.resources.list_fields import ListFields
from core.web.resources.shape import Shown
from core.web.resources.views.grouping import Grouping, read_grouping, read_value, within

MAX_COLUMNS: Final = 40
Items = list[tuple[str, str]]
"""Names and values of an address, in their order."""


@dataclass(frozen=True, slots=True)
class ListState:
    """A list as it is asked for. `path` holds the values of the group that is looked into; its
    conditions are among the criteria's."""

    criteria: Criteria
    columns: tuple[Shown, ...]
    grouping: Grouping
    path: tuple[Any, ...] = ()

    @property
    def level(self) -> int:
        """How many levels of the grouping have been gone into."""
        return len(self.path)

    @property
    def grouped(self) -> bool:
        """Whether groups are shown here, and not rows."""
        return self.level < len(self.grouping)


def read_state(fields: ListFields, items: Items, culture: Culture) -> ListState:
    """The state in an address; raises InvalidInput naming every parameter that is wrong."""
    problems: list[Problem] = []
    try:
        criteria = read_criteria(fields, items, culture, strict=False)
    except InvalidInput as error:
        problems += error.problems
        criteria = plain_state(fields).criteria
    columns = _columns(fields, _values(items, "columns"), problems)
    grouping = read_grouping(fields, _values(items, "group"), criteria.order, problems)
    path = _path(grouping, _values(items, "in"), problems)
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    if path:
        inside = within(grouping, path)
        criteria = replace(criteria, conditions=(*criteria.conditions, *inside))
    return ListState(criteria, columns, grouping, path)


def plain_state(fields: ListFields) -> ListState:
    """The list as it is declared."""
    order = (item for item in fields.shape.order if item[0].name not in fields.hidden)
    return ListState(Criteria("", (), complete(fields.shape, order)), fields.first, ())


def chosen_names(texts: Iterable[str]) -> list[str]:
    """Names in a parameter that may be repeated, and may hold several behind commas."""
    return list(dict.fromkeys(name for text in texts for name in text.split(",") if name))


def _values(items: Items, name: str) -> list[str]:
    return [value for given, value in items if given == name]


def _columns(fields: ListFields, texts: list[str], problems: list[Problem]) -> tuple[Shown, ...]:
    names = chosen_names(texts)
    unknown = [name for name in names if name not in fields.columns]
    if unknown:
        problems.append(
            Problem(
                "columns",
                phrase("This list has no column “{name}”.", name=", ".join(unknown[:5])[:100]),
            )
        )
    if len(names) > MAX_COLUMNS:
        problems.append(
            Problem("columns", phrase("Show {limit} columns at the most.", limit=MAX_COLUMNS))
        )
    chosen = tuple(fields.columns[name] for name in names if name in fields.columns)
    return chosen or fields.first or tuple(fields.columns.values())[:1]


def _path(grouping: Grouping, texts: list[str], problems: list[Problem]) -> tuple[Any, ...]:
    try:
        if len(texts) > len(grouping):
            raise Unreadable(phrase("There is no such group."))
        return tuple(read_value(level, text) for level, text in zip(grouping, texts, strict=False))
    except Unreadable:
        problems.append(Problem("in", phrase("There is no such group.")))
        return ()
