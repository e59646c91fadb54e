"""Other ways to look at a list: cards by state, a calendar, a table of sums and its charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ChartKind = Literal["", "bar", "line", "pie"]
"""How a table of sums is drawn above its figures; "" leaves them alone."""


@dataclass(frozen=True, slots=True)
class Board:
    """Cards in a column for each state: `Board("status", moves=(("confirmed", "confirm"),))`.

    `by` is a choice of the model. `moves` names, for a state that a card is dragged to, the
    action that brings a record there; a state without one is written as the form would write
    it, if the field may be written there, and takes no cards otherwise. `card` names the list's
    columns that a card shows under its title.
    """

    by: str
    moves: tuple[tuple[str, str], ...] = ()
    card: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Records on their days: `Calendar("due_date")`. `date` is a date or a moment of the model;
    `end`, if given, is the last day of a record that takes several."""

    date: str
    end: str = ""


@dataclass(frozen=True, slots=True)
class Pivot:
    """Sums by one field across another: `Pivot(rows="journal_id", across="date:month")`.

    Fields are those that the list can be grouped by, dates with a length of time. `measure` is
    a column with a total, or "count"; `chart` is drawn above the table.
    """

    rows: str
    across: str = ""
    measure: str = ""
    chart: ChartKind = ""


@dataclass(frozen=True, slots=True)
class Displays:
    """How a list can be looked at besides as rows.

    What is left at None follows from the resource: a board where it names its `state` or colours
    one, a calendar where it shows a date, a table of sums where a column has a total. False is
    none at all.
    """

    board: Board | Literal[False] | None = None
    calendar: Calendar | Literal[False] | None = None
    pivot: Pivot | Literal[False] | None = None
