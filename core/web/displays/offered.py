"""Which displays a resource has: those declared, and what follows from its state, dates and sums.

A display that names what the list cannot be filtered by is not offered: its cells and columns
could lead nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from core.declare import Board, Calendar, Pivot
from core.web.resources.kinds import Boolean, Choice, Reference
from core.web.resources.kinds_figures import Day, Moment
from core.web.resources.shape import Filtered, Shape, Shown

_STATES: Final = frozenset({"state", "status", "stage"})


@dataclass(frozen=True, slots=True)
class Offered:
    """The displays of a resource; None for those it has not."""

    board: Board | None
    calendar: Calendar | None
    pivot: Pivot | None


@lru_cache(maxsize=2048)
def offered(shape: Shape) -> Offered:
    """What this resource can be looked at as."""
    declared = shape.resource.displays
    board = _board(shape) if declared.board is None else declared.board or None
    calendar = _calendar(shape) if declared.calendar is None else declared.calendar or None
    pivot = _pivot(shape) if declared.pivot is None else declared.pivot or None
    return Offered(
        board if board and isinstance(_kind(shape, board.by), Choice) else None,
        calendar if calendar and isinstance(_kind(shape, calendar.date), Day | Moment) else None,
        pivot,
    )


def _kind(shape: Shape, name: str) -> object:
    found = shape.filterable.get(name)
    return None if found is None or found.attribute.path else found.kind


def _own(shape: Shape) -> list[Shown]:
    return [column for column in shape.columns if not column.attribute.path]


def _board(shape: Shape) -> Board | None:
    named = shape.resource.state
    for column in _own(shape):
        if not isinstance(column.kind, Choice):
            continue
        if column.name == named or (not named and (column.tones or column.name in _STATES)):
            return Board(column.name)
    return None


def _calendar(shape: Shape) -> Calendar | None:
    dated = [column for column in _own(shape) if isinstance(column.kind, Day | Moment)]
    return Calendar(dated[0].name) if dated else None


def _pivot(shape: Shape) -> Pivot | None:
    if not any(column.total for column in shape.columns):
        return None
    dates = [column for column in _own(shape) if isinstance(column.kind, Day | Moment)]
    fields: list[Filtered | Shown] = [*shape.filters, *shape.columns]
    few = [item for item in fields if isinstance(item.kind, Reference | Choice | Boolean)]
    if not few and not dates:
        return None
    across = f"{dates[0].name}:month" if dates else ""
    return Pivot(few[0].name, across) if few else Pivot(across)
