"""What a list reads: the rows of one page, and how many there are in all.

A list as it opens - first page, nothing narrowed, every record within reach - is what is asked
for most. Its statement is put together once, and counts along.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.auth.rules import apply_rules
from core.web.resources import counting
from core.web.resources.counting import Count
from core.web.resources.criteria import Criteria, Ordering
from core.web.resources.keyset import Position, Slice, fetch, ordered_by_values, slice_of
from core.web.resources.selection import narrow
from core.web.resources.shape import Shape, Shown

PAGE_SIZE: Final = 50
Columns = tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list: the key comes first in each row, then the columns, then what pages are
    turned by."""

    page: Slice
    count: Count


def read_list(
    session: Session,
    shape: Shape,
    criteria: Criteria,
    columns: Columns,
    position: Position | None,
) -> Listing:
    """The page at this position."""
    if position is None and not criteria.narrowed and not criteria.order[0][0].path:
        opening = _opening(shape, columns, criteria.order)
        if apply_rules(session, opening, shape.resource, shape.resource.access.read) is opening:
            return _read_opening(session, criteria, columns, opening)
    page = read_page(session, shape, criteria, columns, position)
    if position is None and not page.next:
        return Listing(page, Count(len(page.rows), exact=True))
    matching = narrow(session, shape, select(shape.key.expression), criteria)
    return Listing(page, counting.count(session, matching))


def read_page(
    session: Session,
    shape: Shape,
    criteria: Criteria,
    columns: Columns,
    position: Position | None,
) -> Slice:
    """The rows at this position, not counting any."""
    shown = shown_attributes(columns, criteria.order)
    statement = narrow(session, shape, column_rows(shape, columns), criteria, *shown)
    return fetch(session, statement, criteria.order, PAGE_SIZE, position)


def column_rows(shape: Shape, columns: Columns) -> Any:
    """A select of the key and these columns, in their order."""
    return select(
        shape.key.expression.label("key"),
        *(column.attribute.expression for column in columns),
    )


def shown_attributes(columns: Columns, order: Ordering) -> list[Any]:
    """The attributes that a select of these columns in this order needs joined."""
    return [column.attribute for column in columns] + [key for key, _ in order]


def _read_opening(session: Session, criteria: Criteria, columns: Columns, opening: Any) -> Listing:
    rows = session.connection().execute(opening).all()
    page = slice_of(list(rows), criteria.order, PAGE_SIZE, None)
    number, expected = rows[0][len(columns) + 1 : len(columns) + 3] if rows else (0, 0)
    if number <= counting.EXACT_UP_TO:
        return Listing(page, Count(number, exact=True))
    return Listing(page, Count(max(expected, number), exact=False))


@lru_cache(maxsize=4096)
def _opening(shape: Shape, columns: Columns, order: Ordering) -> Any:
    """The first page of a list in this order; after the columns, how many records there are, and
    how many the table's statistics expect."""
    bounded = select(shape.key.expression).limit(counting.EXACT_UP_TO + 1).subquery()
    number = select(func.count()).select_from(bounded).scalar_subquery()
    shown = shown_attributes(columns, order)
    expected = counting.expected_in(shape.key.expression.table)
    statement = column_rows(shape, columns).add_columns(number, expected)
    statement = shape.attributes.join(statement, [item.path for item in shown if item.path])
    return ordered_by_values(statement, order).limit(PAGE_SIZE + 1)
