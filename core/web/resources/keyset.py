"""Paging by position in the order, not by counting: page 10,000 costs what page 1 costs.

A cursor holds the order's values in the last row seen. The next page begins after it even if
rows before it came or went, and rows with equal values are told apart by the primary key.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Select, and_, false, literal, or_, tuple_
from sqlalchemy.orm import Session

from core.errors import InvalidInput
from core.i18n import phrase
from core.web.resources.attributes import Attribute
from core.web.resources.criteria import Ordering
from core.web.resources.kinds import Unreadable

MAX_CURSOR = 4096
_END: Final = "end"


@dataclass(frozen=True, slots=True)
class Position:
    """A place in an order: the values of a row; the page lies after it, or before. Without
    values it is the very end, before which the last page lies."""

    values: tuple[Any, ...] | None
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows of one page, and the cursors to its neighbours ("" where there is none)."""

    rows: list[Any]
    previous: str
    next: str


def fetch(
    session: Session, statement: Select[Any], order: Ordering, size: int, position: Position | None
) -> Slice:
    """One page of a statement, which selects what it likes; the order's values are added."""
    backwards = position is not None and position.backwards
    statement = statement.add_columns(*(key.expression for key, _ in order))
    connection, rows = session.connection(), list[Any]()
    keys = _reversed(order) if backwards else order
    for part in _parts(statement, keys, None if position is None else position.values):
        rows += connection.execute(part.limit(size + 1 - len(rows))).all()
        if len(rows) > size:
            break
    return slice_of(rows, order, size, position)


def slice_of(rows: list[Any], order: Ordering, size: int, position: Position | None) -> Slice:
    """The page that these rows make: one more than its size if there are others behind them,
    away from the position, with the order's values at the end of each."""
    more, rows = len(rows) > size, rows[:size]
    before, after = position is not None, more
    if position is not None and position.backwards:
        rows.reverse()
        before, after = more, position.values is not None
    width = len(order)
    return Slice(
        rows,
        previous=cursor(order, rows[0][-width:], backwards=True) if rows and before else "",
        next=cursor(order, rows[-1][-width:]) if rows and after else "",
    )


def ordered_by_values(statement: Select[Any], order: Ordering) -> Select[Any]:
    """The statement from its beginning in this order, with the order's values added."""
    return sorted_by(statement.add_columns(*(key.expression for key, _ in order)), order)


def sorted_by(statement: Select[Any], order: Ordering) -> Select[Any]:
    """The whole statement in this order."""
    return statement.order_by(*(_direction(key, descending) for key, descending in order))


def cursor(order: Ordering, values: Sequence[Any], *, backwards: bool = False) -> str:
    """The position after (or before) a row, as text for an address."""
    written = [
        None if value is None else key.key.write(value)
        for (key, _), value in zip(order, values, strict=True)
    ]
    return _packed([_signature(order), backwards, written])


def read_cursor(text: str, order: Ordering, *, name: str = "cursor") -> Position | None:
    """The position in a cursor of this order; "" is the beginning. Raises InvalidInput."""
    if not text:
        return None
    try:
        if len(text) > MAX_CURSOR:
            raise ValueError("longer than any cursor")
        content = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        signature, backwards, written = content
        if signature != _signature(order) or not isinstance(backwards, bool):
            raise ValueError("made for another order")
        values = None if written == _END else _restored(order, written)
    except (ValueError, TypeError, Unreadable):
        raise InvalidInput.of(
            name,
            phrase("This place in the list is not known."),
            fix=phrase("Begin at the first page."),
        ) from None
    return Position(values, backwards)


def last_page(order: Ordering) -> str:
    """A cursor behind the last row: the page before it is the last one."""
    return _packed([_signature(order), True, _END])


def _packed(content: list[Any]) -> str:
    return urlsafe_b64encode(orjson.dumps(content)).decode().rstrip("=")


def _restored(order: Ordering, written: list[Any]) -> tuple[Any, ...]:
    values = []
    for (key, _), value in zip(order, written, strict=True):
        if value is None and not key.nullable:
            raise ValueError("never empty")
        values.append(None if value is None else key.key.accept(value))
    return tuple(values)


def _signature(order: Ordering) -> str:
    return ",".join(f"-{key.name}" if descending else key.name for key, descending in order)


def _reversed(order: Ordering) -> Ordering:
    return tuple((key, not descending) for key, descending in order)


def _direction(key: Attribute, descending: bool) -> Any:
    return key.expression.desc() if descending else key.expression.asc()


def _parts(
    statement: Select[Any], order: Ordering, values: tuple[Any, ...] | None
) -> Iterator[Select[Any]]:
    """The rest of the list after these values, as one query or two.

    PostgreSQL puts NULL after everything (before, when descending). Where the first key can be
    NULL, the rest is asked for in two parts, each of which an index can serve from its start.
    """
    ordered = sorted_by(statement, order)
    lead, descending = order[0]
    if values is None and lead.nullable and lead.path:
        # Of another table: its own index gives those with a value in order.
        parts = (
            ordered.where(lead.expression.is_not(None)),
            ordered.where(lead.expression.is_(None)),
        )
        yield from reversed(parts) if descending else parts
        return
    if values is None:
        yield ordered
        return
    value = values[0]
    if not lead.nullable:
        yield ordered.where(_follows(order, values, lead_is_set=True))
        return
    with_value = ordered.where(lead.expression.is_not(None))
    without = ordered.where(lead.expression.is_(None))
    if value is None:
        lead_is_set = not order[1][0].nullable
        yield without.where(_follows(order[1:], values[1:], lead_is_set=lead_is_set))
        if descending:
            yield with_value
    else:
        yield with_value.where(_follows(order, values, lead_is_set=True))
        if not descending:
            yield without


def _follows(order: Ordering, values: tuple[Any, ...], *, lead_is_set: bool) -> ColumnElement[bool]:
    """Whether a row comes after these values. `lead_is_set`: its first key is not NULL."""
    one_way = len({descending for _, descending in order}) == 1
    one_table = len({key.path for key, _ in order}) == 1
    if lead_is_set and one_way and one_table and not any(key.nullable for key, _ in order[1:]):
        # Row comparison: an index on these columns is entered at the very place.
        left = tuple_(*(key.expression for key, _ in order))
        right = tuple_(*(_literal(*pair) for pair in _pairs(order, values)))
        return left < right if order[0][1] else left > right
    alternatives = []
    for depth in range(len(order)):
        same = [
            key.expression.is_not_distinct_from(_literal(key, value))
            for key, value in _pairs(order[:depth], values[:depth])
        ]
        alternatives.append(and_(*same, _beyond(*order[depth], values[depth])))
    follows = or_(*alternatives)
    if not lead_is_set:
        return follows
    (lead, descending), bound = order[0], _literal(order[0][0], values[0])
    # Says nothing new, but is what an index on the first key is entered by.
    return and_(lead.expression <= bound if descending else lead.expression >= bound, follows)


def _pairs(order: Ordering, values: tuple[Any, ...]) -> list[tuple[Attribute, Any]]:
    return [(key, value) for (key, _), value in zip(order, values, strict=True)]


def _beyond(key: Attribute, descending: bool, value: Any) -> ColumnElement[bool]:
    if value is None:
        return key.expression.is_not(None) if descending else false()
    bound = _literal(key, value)
    if descending:
        return key.expression < bound
    beyond = key.expression > bound
    return or_(beyond, key.expression.is_(None)) if key.nullable else beyond


def _literal(key: Attribute, value: Any) -> Any:
    return literal(value, key.expression.type)
