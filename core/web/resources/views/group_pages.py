"""The groups of a list as a page shows them, and what is in one of them, for htmx.

A group opens by fetching its own address with `part=group`: its rows, or the groups below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.declare import msg
from core.i18n.formats import number
from core.web.request import Request
from core.web.resources import counting
from core.web.resources.counting import Total
from core.web.resources.keyset import read_cursor
from core.web.resources.kinds import Boolean, Reference
from core.web.resources.list_rows import rows_html, titles_in
from core.web.resources.list_table import count_words, totals
from core.web.resources.listing import read_page
from core.web.resources.references import titles_of
from core.web.resources.selection import narrow
from core.web.resources.shape import Shown
from core.web.resources.showing import shower
from core.web.resources.views.asking import Asked
from core.web.resources.views.group_rows import Group, GroupPage, read_groups
from core.web.resources.views.grouping import Level, period_title, write_value


@dataclass(frozen=True, slots=True)
class GroupCell:
    """What a group's column shows: its sums, each with its currency."""

    css: str
    sums: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class GroupHead:
    """A group as a line: `field` says what the title is the value of where it would not be
    clear; the title spans the columns before the first that has sums."""

    field: str
    title: str
    count: str
    url: str
    level: int
    span: int
    cells: tuple[GroupCell, ...]


def groups_content(session: Session, request: Request, asked: Asked) -> Mapping[str, Any]:
    """The groups that a page opens with, and the totals under them."""
    shape, page = asked.shape, _page(request)
    found = read_groups(session, shape, asked.state, page)
    matching = narrow(session, shape, select(shape.key.expression), asked.criteria)
    count = counting.count(session, matching)
    return {
        "groups": group_heads(session, request, asked, found),
        "paging": _paging(asked, found, page),
        "count": count_words(request.locale, count, asked.translate),
        **totals(session, request, asked, count),
    }


def group_part(session: Session, request: Request, asked: Asked) -> Mapping[str, Any]:
    """What is in a group: groups of the next level, or a page of its rows."""
    shape, state, columns = asked.shape, asked.state, asked.state.columns
    base = {"shape": shape, "width": len(columns), "under": _under(asked), "rows": "", "more": ""}
    if state.grouped:
        page = _page(request)
        found = read_groups(session, shape, state, page)
        more = asked.address.maker("page")(str(page + 2)) if found.more else ""
        heads = group_heads(session, request, asked, found)
        return {**base, "groups": heads, "more": more, "first": page == 0}
    position = read_cursor(request.query.get("cursor", ""), asked.criteria.order)
    found = read_page(session, shape, asked.criteria, columns, position)
    titles = titles_in(session, columns, found.rows)
    html = rows_html(shape, columns, found.rows, asked.culture, asked.translate, titles)
    more = asked.address.maker("cursor")(found.next) if found.next else ""
    return {**base, "groups": None, "rows": html, "more": more, "first": position is None}


def group_heads(
    session: Session, request: Request, asked: Asked, found: GroupPage
) -> list[GroupHead]:
    """The lines of these groups."""
    state, level = asked.state, asked.state.grouping[asked.state.level]
    titles = group_titles(session, asked, level, [group.value for group in found.groups])
    link = _group_link(asked)
    span = span_of(state.columns)
    clear = isinstance(level.filtered.kind, Boolean) or level.filtered.kind.figure
    field = asked.translate(level.filtered.title) if clear else ""
    return [
        GroupHead(
            field=field,
            title=titles[group.value],
            count=number(request.locale, group.count),
            url=link(write_value(level, group.value)),
            level=state.level,
            span=span,
            cells=tuple(_cell(asked, group, column) for column in state.columns[span:]),
        )
        for group in found.groups
    ]


def group_titles(
    session: Session, asked: Asked, level: Level, values: Sequence[Any]
) -> dict[Any, str]:
    """What the groups of these values are called by their reader."""
    kind = level.filtered.kind
    if level.unit is not None:
        named = {value: period_title(level.unit, value, asked.culture) for value in values if value}
    elif isinstance(kind, Reference):
        called = titles_of(session, kind.resource, values)
        named = {value: called.get(value, str(value)) for value in values if value is not None}
    else:
        show = shower(kind, asked.culture, asked.translate)
        named = {value: show(value) for value in values if value is not None}
    return {**named, None: asked.translate(msg("Not set"))}


def span_of(columns: Sequence[Shown]) -> int:
    """How many columns the title of a group covers: those before the first that is summed."""
    summed = (place for place, column in enumerate(columns) if column.total)
    return max(1, next(summed, len(columns)))


def sums_of(column: Shown, totals: Sequence[Total]) -> list[Total]:
    """The sums of one column."""
    return [total for total in totals if total.column == column.name]


def _cell(asked: Asked, group: Group, column: Shown) -> GroupCell:
    sums = tuple(
        (column.kind.show(total.amount, asked.culture), total.currency)
        for total in sums_of(column, group.totals)
    )
    return GroupCell("num" if column.kind.figure else "", sums)


def _group_link(asked: Asked) -> Any:
    """Makes the address of one group of the present level."""
    address = asked.address.without()
    before = [value for name, value in address.items if name == "in"]
    return lambda value: address.having("in", *before, value).url()


def _under(asked: Asked) -> str:
    """How the lines of this group are known in the page: by the place in the grouping."""
    return ".".join(
        write_value(level, value)
        for level, value in zip(asked.state.grouping, asked.state.path, strict=False)
    )


def _page(request: Request) -> int:
    text = request.query.get("page", "")
    return max(0, int(text) - 1) if text.isascii() and text.isdecimal() and len(text) < 7 else 0


def _paging(asked: Asked, found: GroupPage, page: int) -> dict[str, str]:
    link = asked.address.maker("page")
    return {
        "first": link("") if page else "",
        "previous": link(str(page)) if page else "",
        "next": link(str(page + 2)) if found.more else "",
        "last": "",
    }
