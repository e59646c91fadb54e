"""The lines of a record as they are printed: numbered, with the columns that hold something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.declare import msg
from core.printing.document import Grid, GridColumn, Label
from core.web.printing.speaking import breakable
from core.web.printing.wanted import Titles, Wanted
from core.web.resources.kinds import Kind, Reference, Text
from core.web.resources.shape import Grid as Declared
from core.web.resources.shape import Input

_NARROW = frozenset({"date", "datetime", "time", "checkbox", "choice"})


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: how it is headed, what a line has in it, and how that is written."""

    head: GridColumn
    value: Callable[[Any], Any]
    text: Callable[[Any], str]
    total: bool


def grid_of(order: Wanted, grid: Declared, record: Any, titles: Titles, currency: str) -> Grid:
    """The lines of one record. A column in which no line has anything is left out."""
    lines = list(getattr(record, grid.name))
    columns = [
        column
        for column in _columns(order, grid, titles, currency)
        if not lines or any(column.text(column.value(line)) for line in lines)
    ]
    rows = [[column.text(column.value(line)) for column in columns] for line in lines]
    heads = [column.head for column in columns]
    totals = _totals(order, columns, lines)
    if order.design.numbered and rows:
        heads.insert(0, GridColumn(Label("#"), figure=True))
        rows = [[str(place), *row] for place, row in enumerate(rows, start=1)]
        totals = ["", *totals] if totals else []
    several = len(order.shape.grids) > 1
    title = order.speaker.label(grid.lines.title) if several else Label("")
    return Grid(title, tuple(heads), tuple(map(tuple, rows)), tuple(totals))


def _columns(order: Wanted, grid: Declared, titles: Titles, currency: str) -> list[_Column]:
    speaking = order.speaker
    out = {*order.form.leave_out, *order.design.hidden}
    columns = [
        _Column(
            GridColumn(
                speaking.label(item.title),
                figure=item.kind.figure,
                narrow=item.kind.control in _NARROW,
                weight=_weight(item.kind),
            ),
            _reader(item.name),
            _writer(order, item, titles, currency),
            item.name in grid.lines.totals,
        )
        for item in grid.inputs
        if not item.secret and f"{grid.name}.{item.name}" not in out
    ]
    if grid is order.shape.grids[0]:
        columns += [
            _Column(
                GridColumn(speaking.label(added.title), figure=True),
                added.value,
                lambda value: "" if value is None else speaking.amount(value, currency),
                added.total,
            )
            for added in order.form.columns
            if added.title not in out
        ]
    return columns


def _reader(name: str) -> Callable[[Any], Any]:
    return lambda line: getattr(line, name)


def _weight(kind: Kind) -> float:
    return 1.6 if isinstance(kind, Reference) else 1.3 if isinstance(kind, Text) else 1.0


def _writer(order: Wanted, item: Input, titles: Titles, currency: str) -> Callable[[Any], str]:
    speaking = order.speaker
    if isinstance(item.kind, Reference):
        found: Mapping[Any, str] = titles.get(item.kind.resource, {})
        return lambda value: (
            "" if value is None else breakable(speaking.say(found.get(value, str(value))))
        )
    if item.kind.control == "money":
        return lambda value: "" if not value else speaking.amount(value, currency)
    show = speaking.shower(item.kind)
    return show if item.kind.figure else lambda value: breakable(show(value))


def _totals(order: Wanted, columns: list[_Column], lines: list[Any]) -> list[str]:
    """A text for each column, the word for it in the first that has none."""
    if not order.design.totals or not lines or not any(column.total for column in columns):
        return []
    texts = []
    for column in columns:
        values = (column.value(line) for line in lines if column.total)
        total = sum((Decimal(value) for value in values if value is not None), Decimal(0))
        texts.append(column.text(total) if column.total else "")
    if not columns[0].total:
        texts[0] = order.speaker.say(msg("Total"))
    return texts
