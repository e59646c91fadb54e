"""The panels of a list: filter, group, sort, columns, and keeping the state as a view.

Each is fetched when somebody opens it, so that a list that is only read carries none of them.
What they change is a link or a form whose address is the whole new state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import phrase
from core.web.request import Request
from core.web.resources.criteria import MAX_SORTS
from core.web.resources.kinds_figures import Day, Moment
from core.web.resources.periods import UNIT_TITLES
from core.web.resources.views.asking import Asked
from core.web.resources.views.filter_panel import filter_panel
from core.web.resources.views.grouping import MAX_LEVELS, groupable
from core.web.resources.views.save_panel import save_panel

Panel = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: by its link, or among its `parts`, such as the lengths of a date."""

    title: str
    url: str
    current: bool = False
    parts: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class SortKey:
    """A key of the order: turned round by one link, taken out by the other."""

    title: str
    descending: bool
    turn: str
    remove: str


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that can be shown."""

    name: str
    title: str
    shown: bool


def panel_context(session: Session, request: Request, asked: Asked) -> Panel:
    """The panel that an address names; raises NotFound for one there is not."""
    name, _, rest = request.query.get("panel", "").partition(":")
    if name == "filter":
        return {"name": name, **filter_panel(session, request, asked, rest)}
    if name == "save":
        return {"name": name, **save_panel(session, request, asked)}
    make = _PANELS.get(name)
    if make is None:
        raise NotFound(phrase("There is no such page."), fix="Open the list again.")
    return {"name": name, **make(asked)}


def _group_panel(asked: Asked) -> Panel:
    """The fields to group by; with one chosen, those to group by within it."""
    address = asked.address.without("in")
    chosen = [level.name for level in asked.state.grouping]
    first = [_grouping_choice(asked, chosen[:1], item, []) for item in groupable(asked.fields)]
    then: list[Choice] = []
    if chosen and MAX_LEVELS > 1:
        used = asked.state.grouping[0].filtered.name
        then = [
            _grouping_choice(asked, chosen[1:], item, chosen[:1])
            for item in groupable(asked.fields)
            if item.name != used or isinstance(item.kind, Day | Moment)
        ]
    return {
        "first": first,
        "then": then,
        "none": address.without("group").url() if chosen else "",
        "one": address.having("group", chosen[0]).url() if len(chosen) > 1 else "",
    }


def _grouping_choice(asked: Asked, chosen: list[str], item: Any, before: list[str]) -> Choice:
    address, title = asked.address.without("in"), asked.translate(item.title)

    def link(name: str) -> str:
        return address.having("group", ",".join([*before, name])).url()

    if not isinstance(item.kind, Day | Moment):
        return Choice(title, link(item.name), item.name in chosen)
    named = {f"{item.name}:{unit}": title for unit, title in UNIT_TITLES.items()}
    parts = tuple(
        Choice(asked.translate(title), link(name), name in chosen)
        for name, title in named.items()
        if name not in before
    )
    return Choice(title, "", any(part.current for part in parts), parts)


def _sort_panel(asked: Asked) -> Panel:
    """The keys of the order, and the columns that could follow them."""
    order = asked.criteria.order[:-1] or asked.criteria.order
    names = [f"-{key.name}" if down else key.name for key, down in order]
    titles = {name: asked.translate(column.title) for name, column in asked.fields.columns.items()}

    def link(chosen: list[str]) -> str:
        return asked.address.having("sort", ",".join(chosen)).url()

    keys = [
        SortKey(
            titles.get(key.name, key.name),
            down,
            link([*names[:place], _turned(names[place]), *names[place + 1 :]]),
            link([*names[:place], *names[place + 1 :]]) if len(names) > 1 else "",
        )
        for place, (key, down) in enumerate(order)
    ]
    used = {key.name for key, _ in order}
    free = [] if len(names) >= MAX_SORTS else [n for n in titles if n not in used]
    sortable = [name for name in free if name in asked.fields.sortable]
    return {
        "keys": keys,
        "more": [Choice(titles[name], link([*names, name])) for name in sortable],
        "usual": asked.address.without("sort").url(),
    }


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _columns_panel(asked: Asked) -> Panel:
    """All columns, those that are shown first, in their order."""
    shown = {column.name for column in asked.state.columns}
    others = [column for name, column in asked.fields.columns.items() if name not in shown]
    columns = [
        ColumnChoice(column.name, asked.translate(column.title), column.name in shown)
        for column in (*asked.state.columns, *others)
    ]
    return {
        "columns": columns,
        "rest": asked.address.without("columns").items,
        "usual": asked.address.without("columns").url(),
    }


_PANELS: Mapping[str, Callable[[Asked], Panel]] = {
    "group": _group_panel,
    "sort": _sort_panel,
    "columns": _columns_panel,
}
