"""What the list of a resource offers to one actor of one tenant: columns, filters, orders, search.

The one place that decides it. Lists, groupings, exports, saved views and the API all ask here,
so that a column that somebody may not see is nowhere shown, summed, sorted or filtered by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.web.resources.attributes import Attribute
from core.web.resources.shape import Filtered, Shape, Shown


@dataclass(frozen=True, slots=True, eq=False)
class ListFields:
    """The fields of a list by their names, in the order they are offered. `first` are the
    columns shown where nobody chose others, `filters` those offered first; `hidden` names what
    the actor may not see."""

    shape: Shape
    columns: Mapping[str, Shown]
    first: tuple[Shown, ...]
    filters: tuple[Filtered, ...]
    filterable: Mapping[str, Filtered]
    sortable: Mapping[str, Attribute]
    search: tuple[Attribute, ...]
    hidden: frozenset[str]


def list_fields(session: Session, shape: Shape) -> ListFields:
    """What the session's actor may see and ask for in this list."""
    return _fields(shape, hidden_names(session, shape))


def all_fields(shape: Shape) -> ListFields:
    """What a list offers to somebody who may see all of it."""
    return _fields(shape, _NONE)


def hidden_names(session: Session, shape: Shape) -> frozenset[str]:
    """The columns of a resource that the session's actor may not see."""
    guards = guards_of(shape)
    if not guards:
        return _NONE
    may = actor(session).may
    return frozenset(name for name, code in guards.items() if not may(code))


@lru_cache(maxsize=2048)
def guards_of(shape: Shape) -> Mapping[str, str]:
    """The columns that are for some alone, each with the permission it takes."""
    return {column.name: column.permission for column in shape.columns if column.permission}


_NONE: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def _fields(shape: Shape, hidden: frozenset[str]) -> ListFields:
    columns = {item.name: item for item in _seen(shape.offered, hidden)}
    return ListFields(
        shape=shape,
        columns=columns,
        first=tuple(item for item in columns.values() if not item.optional),
        filters=tuple(item for item in shape.filters if item.name not in hidden),
        filterable={name: item for name, item in shape.filterable.items() if name not in hidden},
        sortable={name: item for name, item in shape.sortable.items() if name not in hidden},
        search=tuple(item for item in shape.search if item.name not in hidden),
        hidden=hidden,
    )


def _seen(columns: tuple[Shown, ...], hidden: frozenset[str]) -> Iterator[Shown]:
    return (column for column in columns if column.name not in hidden)
