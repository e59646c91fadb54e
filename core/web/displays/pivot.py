"""A list's records counted or summed by one field across another, exactly: the cells of a row add
up to its total, the rows to that of the list. Sums are kept apart by currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, literal, select, text
from sqlalchemy.orm import Session

from core.errors import InvalidInput
from core.i18n import phrase
from core.web.resources.criteria import Criteria
from core.web.resources.kinds import Choice
from core.web.resources.selection import narrow, zone_of
from core.web.resources.shape import Shape, Shown
from core.web.resources.views.grouping import Grouping, Level, key_of

MAX_ROWS: Final = 1_000
MAX_ACROSS: Final = 120
_MAX_GROUPS: Final = 20_000

Amounts = Mapping[str, Decimal | int]
"""A sum for each currency; "" where there is none."""
COUNT: Final = "count"


@dataclass(slots=True)
class Table:
    """The values of rows and columns in their order, and the amounts where they meet. A table
    without a second field has one column, `()`."""

    rows: list[Any] = field(default_factory=list)
    across: list[Any] = field(default_factory=list)
    cells: dict[tuple[Any, Any], dict[str, Decimal | int]] = field(default_factory=dict)
    row_totals: dict[Any, dict[str, Decimal | int]] = field(default_factory=dict)
    column_totals: dict[Any, dict[str, Decimal | int]] = field(default_factory=dict)
    total: dict[str, Decimal | int] = field(default_factory=dict)

    def add(self, row: Any, column: Any, currency: str, amount: Decimal | int) -> None:
        """Put an amount into its cell and into the totals that it belongs to."""
        for amounts in (
            self.cells.setdefault((row, column), {}),
            self.row_totals.setdefault(row, {}),
            self.column_totals.setdefault(column, {}),
            self.total,
        ):
            amounts[currency] = amounts.get(currency, 0) + amount

    @property
    def currencies(self) -> list[str]:
        """The currencies that anything is in."""
        return sorted(self.total)


def pivot(
    session: Session, shape: Shape, criteria: Criteria, grouping: Grouping, measure: Shown | None
) -> Table:
    """The table of these levels, rows first; without a measure the records are counted. Raises
    InvalidInput where it would be too large to read."""
    zone = str(zone_of(session))
    keys = [key_of(level, zone).label(f"key{number}") for number, level in enumerate(grouping)]
    used = [level.filtered.attribute for level in grouping]
    amount: Any = func.count()
    currency: Any = literal("")
    if measure is not None:
        used.append(measure.attribute)
        amount = func.coalesce(func.sum(measure.attribute.expression), 0)
        if measure.currency is not None:
            used.append(measure.currency)
            currency = func.coalesce(measure.currency.expression, "")
    selected: list[Any] = [*keys, currency.label("currency"), amount.label("amount")]
    statement: Any = select(*selected)
    # By position: the zone in a key is a parameter, which the database takes for another one
    # each time it is written.
    places = [text(str(number)) for number in range(1, len(keys) + 2)]
    statement = statement.select_from(shape.model).group_by(*places).limit(_MAX_GROUPS + 1)
    rows = session.execute(narrow(session, shape, statement, criteria, *used)).all()
    if len(rows) > _MAX_GROUPS:
        raise _too_large()
    return _table(rows, grouping)


def _table(rows: Iterable[Sequence[Any]], grouping: Grouping) -> Table:
    table = Table()
    for *values, currency, amount in rows:
        row, column = values[0], values[1] if len(values) > 1 else ()
        table.add(row, column, currency, amount)
    if len(table.row_totals) > MAX_ROWS or len(table.column_totals) > MAX_ACROSS:
        raise _too_large()
    table.rows = list(table.row_totals)
    table.across = list(table.column_totals)
    return table


def ordered(values: Sequence[Any], level: Level, titles: Mapping[Any, str]) -> list[Any]:
    """The values of a level as people look for them: dates in time, choices as declared, names
    by the alphabet; what is not set comes last."""
    kind = level.filtered.kind
    places = {}
    if isinstance(kind, Choice):
        places = {value: place for place, value in enumerate(kind.members.values())}

    def place(value: Any) -> tuple[Any, ...]:
        if level.unit is not None:
            return (value,)
        return (places.get(value, len(places)), titles.get(value, "").casefold())

    known = sorted((value for value in values if value is not None), key=place)
    return [*known, None] if None in values else known


def _too_large() -> InvalidInput:
    return InvalidInput(
        phrase("This table would be too large to read."),
        fix="Filter the list, or choose a field with fewer values, such as months instead of days.",
    )
