"""What of a document differs from the record that it is already, so that what says the same
changes nothing; and what the record held before, so that it can be put back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from core.web.resources.kinds import Kind, Text
from core.web.resources.shape import Grid, Input, Shape

SPREADSHEET_TICK: Final = timedelta(milliseconds=1)
"""What a workbook holds of a moment."""


def with_line_keys(shape: Shape, record: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, their lines named after the record's own by place: the third line of the file
    is the third of the record."""
    keyed = dict(values)
    for grid in shape.grids:
        if grid.name in values:
            held = [getattr(line, grid.key.name) for line in getattr(record, grid.name)]
            lines = values[grid.name]
            keyed[grid.name] = tuple(
                {**line, "id": held[place]} if place < len(held) else line
                for place, line in enumerate(lines)
            )
    return keyed


def says_the_same(shape: Shape, record: Any, values: Mapping[str, Any]) -> bool:
    """Whether the record holds all of this already."""
    grids = {grid.name: grid for grid in shape.grids}
    inputs = {item.name: item for item in shape.inputs}
    for name, value in values.items():
        if name in grids:
            if not _same_lines(grids[name], getattr(record, name), value):
                return False
        elif name in inputs and not _same(inputs[name].kind, getattr(record, name), value):
            return False
    return True


def before_image(shape: Shape, record: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the record holds where these values go, as JSON; lines whole."""
    image: dict[str, Any] = {}
    for item in shape.inputs:
        if item.name in values:
            image[item.name] = _written(item, record)
    for grid in shape.grids:
        if grid.name in values:
            image[grid.name] = [_line(grid, line) for line in getattr(record, grid.name)]
    return image


def restored(shape: Shape, record: Any, image: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a before-image, to be written again; lines that are gone are made anew."""
    values: dict[str, Any] = {}
    for item in shape.inputs:
        if item.name in image:
            values[item.name] = _read(item, image[item.name])
    for grid in shape.grids:
        if grid.name not in image:
            continue
        present = {getattr(line, grid.key.name) for line in getattr(record, grid.name)}
        lines = []
        for kept in image[grid.name]:
            line = {i.name: _read(i, kept[i.name]) for i in grid.inputs if i.name in kept}
            lines.append({**line, "id": kept["id"]} if kept["id"] in present else line)
        values[grid.name] = tuple(lines)
    return values


def _line(grid: Grid, line: Any) -> dict[str, Any]:
    held = {item.name: _written(item, line) for item in grid.inputs if not item.readonly}
    return {**held, "id": getattr(line, grid.key.name)}


def _same_lines(grid: Grid, held: list[Any], lines: tuple[Mapping[str, Any], ...]) -> bool:
    kinds = {item.name: item.kind for item in grid.inputs}
    return len(held) == len(lines) and all(
        _same(kinds[name], getattr(have, name), value)
        for have, line in zip(held, lines, strict=True)
        for name, value in line.items()
        if name in kinds
    )


def _same(kind: Kind, held: Any, value: Any) -> bool:
    if held == value:
        return True
    if isinstance(held, datetime) and isinstance(value, datetime):
        return abs(held - value) < SPREADSHEET_TICK
    if isinstance(kind, Text):
        # Neither blanks around a text come through a file, nor what kind of nothing it was.
        return _plain_text(held) == (value or "")
    return False


def _plain_text(held: Any) -> str:
    return "\n".join(str(held or "").split("\r\n")).strip()


def _written(item: Input, record: Any) -> Any:
    value = getattr(record, item.name)
    return None if value is None else item.kind.write(value)


def _read(item: Input, data: Any) -> Any:
    return None if data is None else item.kind.accept(data)
