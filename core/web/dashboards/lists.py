"""Short lists of records, and lists that somebody pinned: read like the list itself, with the same
rights, filters and record rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from core.declare import ListCard
from core.web.dashboards.offers import PinnedList
from core.web.displays.chart import Chart
from core.web.displays.frame import CHART, ask_display
from core.web.displays.pivot_page import charts_of, read_pivot
from core.web.request import Request
from core.web.resources.keyset import fetch
from core.web.resources.list_rows import css_class, rows_html, titles_in
from core.web.resources.listing import column_rows, shown_attributes
from core.web.resources.selection import narrow
from core.web.resources.shape import Shape
from core.web.resources.views.asking import Asked, ask_strictly

PINNED_ROWS = 8
_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class ListDrawn:
    """The first rows of a list; `heads` are titles with their alignment."""

    heads: Sequence[tuple[str, str]]
    rows: Markup
    url: str
    more: bool


def declared_list(session: Session, shape: Shape, card: ListCard, request: Request) -> ListDrawn:
    """The first records of a list card."""
    items = list(card.where)
    items += [("sort", ",".join(card.sort))] if card.sort else []
    # The view that opens first for somebody is no part of the card.
    items.append(("view", "all"))
    asked = ask_strictly(session, shape, replace(request, query=QueryParams(items), wants="page"))
    return _first_rows(session, asked, card.limit, card.columns)


def pinned_list(session: Session, pinned: PinnedList, request: Request) -> ListDrawn:
    """The first records of a pinned list; groups are not unfolded."""
    items = [item for item in pinned.query.multi_items() if item[0] not in ("group", "in")]
    query = QueryParams(items)
    asked = ask_strictly(session, pinned.shape, replace(request, query=query, wants="page"))
    return _first_rows(session, asked, PINNED_ROWS, ())


def pinned_charts(session: Session, pinned: PinnedList, request: Request) -> list[Chart]:
    """The charts of a pinned table of sums: as bars where it was pinned without."""
    items = [item for item in pinned.query.multi_items() if item != (CHART, "none")]
    if not any(name == CHART for name, _ in items):
        items.append((CHART, "bar"))
    there = replace(request, query=QueryParams(items), wants="page")
    asked = ask_display(session, pinned.shape, there, "pivot")
    return charts_of(asked, request, read_pivot(asked, session, there))


def _first_rows(session: Session, asked: Asked, limit: int, names: Sequence[str]) -> ListDrawn:
    shape, criteria = asked.shape, asked.criteria
    columns = asked.state.columns
    if names:
        columns = tuple(
            asked.fields.columns[name] for name in names if name in asked.fields.columns
        )
    else:
        columns = columns[:_COLUMNS]
    statement = column_rows(shape, columns)
    used = shown_attributes(columns, criteria.order)
    page = fetch(
        session, narrow(session, shape, statement, criteria, *used), criteria.order, limit, None
    )
    titles = titles_in(session, columns, page.rows)
    rows = rows_html(shape, columns, page.rows, asked.culture, asked.translate, titles)
    heads = [(asked.translate(column.title), css_class(column)) for column in columns]
    return ListDrawn(heads, rows, asked.address.url(), more=bool(page.next))
