"""A document as the merge compares it: of a record, of what was typed into a form, and as the
text that a form carries along to say what it was made from.

Values are those of JSON, each brought through its input once, so that what nobody touched is
equal on both sides: "1,250.50" is 1250.5, and spaces at an end do not count.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import orjson

from core.web.documents.merging import Line, Snapshot
from core.web.request import Fields
from core.web.resources.culture import Culture
from core.web.resources.input_reading import TEXT_SUFFIX, Reading
from core.web.resources.kinds import Choice, Kind, Reference, Unreadable
from core.web.resources.shape import Input, Shape

MAX_BASE: Final = 4 * 2**20
"""Characters of a snapshot in a form: some thousands of lines."""
_UNREAD: Final = "typed"


def compared(inputs: tuple[Input, ...]) -> tuple[Input, ...]:
    """The inputs that a person may change and see."""
    return tuple(item for item in inputs if not (item.readonly or item.secret))


def of_record(shape: Shape, record: Any, culture: Culture) -> Snapshot:
    """The record as it is now."""
    lines = {
        grid.name: tuple(
            Line(str(getattr(line, grid.key.name)), _held(grid.inputs, line, culture))
            for line in getattr(record, grid.name)
        )
        for grid in shape.grids
    }
    return Snapshot(_held(shape.inputs, record, culture), lines)


def of_reading(shape: Shape, reading: Reading, form: Fields) -> Snapshot:
    """What was typed. What could not be read is a value of its own, equal to nothing saved."""
    lines = {}
    for grid in shape.grids:
        rows = reading.rows.get(grid.name, [])
        values = reading.values.get(grid.name, ())
        lines[grid.name] = tuple(
            Line(form.get(f"{row}.id", ""), _read(grid.inputs, line, form, f"{row}."), row)
            for row, line in zip(rows, values, strict=False)
        )
    return Snapshot(_read(shape.inputs, reading.values, form, ""), lines)


def pack(snapshot: Snapshot) -> str:
    """The snapshot as a form carries it."""
    lines = {
        name: [[line.key, line.values] for line in held] for name, held in snapshot.lines.items()
    }
    return orjson.dumps([snapshot.fields, lines]).decode()


def unpack(text: str) -> Snapshot | None:
    """The snapshot in a form; None if somebody has tampered with it or there is none."""
    if not 0 < len(text) <= MAX_BASE:
        return None
    try:
        fields, grids = orjson.loads(text)
        lines = {
            name: tuple(Line(str(key), dict(values)) for key, values in held)
            for name, held in grids.items()
        }
        return Snapshot(dict(fields), lines)
    except (ValueError, TypeError, AttributeError):
        return None


def value_of(item: Input, plain: Any) -> Any:
    """The value behind one of a snapshot's; None where there is none or it is not one."""
    if plain is None or isinstance(plain, dict):
        return None
    try:
        return item.kind.accept(plain)
    except Unreadable:
        return None


def _held(inputs: tuple[Input, ...], record: Any, culture: Culture) -> dict[str, Any]:
    return {
        item.name: _through_its_input(item.kind, getattr(record, item.name), culture)
        for item in compared(inputs)
    }


def _through_its_input(kind: Kind, value: Any, culture: Culture) -> Any:
    if value is None or kind.figure or isinstance(kind, Reference | Choice):
        return plain(kind, value)
    try:
        text = kind.edit(value, culture)
        return plain(kind, kind.read(text, culture)) if text.strip() else None
    except Unreadable:
        return plain(kind, value)


def _read(inputs: tuple[Input, ...], values: Any, form: Fields, prefix: str) -> dict[str, Any]:
    read = {}
    for item in compared(inputs):
        if item.name in values:
            read[item.name] = plain(item.kind, values[item.name])
        else:
            name = f"{prefix}{item.name}"
            typed = form.get(name + TEXT_SUFFIX) or form.get(name, "")
            read[item.name] = {_UNREAD: typed}
    return read


def plain(kind: Kind, value: Any) -> Any:
    """A value as a snapshot holds it: equal figures are equal, however many noughts they have,
    and an input left empty holds nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return kind.write(value)
