"""What a program sent, as typed values; what is wrong with it, property by property."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from core.errors import InvalidInput, Problem
from core.i18n import phrase
from core.web.request import Request
from core.web.resources.input_reading import MAX_LINES, Reading
from core.web.resources.kinds import Unreadable
from core.web.resources.reference_checks import unreachable_references
from core.web.resources.shape import Grid, Input, Shape


def read_document(
    session: Session, shape: Shape, request: Request, record: Any = None
) -> dict[str, Any]:
    """The values in the body: all of a new record, or what is to change of `record`. Raises
    InvalidInput naming every property that is wrong, and those that there are not."""
    data = request.json()
    if not isinstance(data, dict):
        raise InvalidInput.of("body", phrase("Send one JSON object."))
    reading = Reading()
    grids = {grid.name: grid for grid in shape.grids}
    _read_object(
        session, shape.inputs, data, "", reading, creating=record is None, others=set(grids)
    )
    for name, grid in grids.items():
        if name in data:
            reading.values[name] = _read_lines(session, grid, data[name], reading)
    reading.problems += unreachable_references(session, shape, reading.values, record)
    if reading.problems:
        raise InvalidInput(reading.problems[0].message, problems=tuple(reading.problems))
    return reading.values


def _read_object(
    session: Session,
    inputs: tuple[Input, ...],
    data: dict[str, Any],
    prefix: str,
    reading: Reading,
    *,
    creating: bool,
    others: set[str],
    values: dict[str, Any] | None = None,
) -> None:
    values = reading.values if values is None else values
    known = {item.name: item for item in inputs}
    for name in data.keys() - known.keys() - others:
        reading.problems.append(Problem(f"{prefix}{name}", phrase("There is no such field.")))
    for name, item in known.items():
        try:
            if name in data:
                values[name] = _read_value(item, data[name])
            elif creating:
                _begin(session, item, values)
        except Unreadable as error:
            reading.problems.append(Problem(f"{prefix}{name}", error.message))


def _begin(session: Session, item: Input, values: dict[str, Any]) -> None:
    """A field of a new record that was not sent: where it cannot be empty, it is what the form
    begins with."""
    if item.initial is None or item.nullable or item.readonly:
        value = None
    else:
        value = values[item.name] = item.initial(session)
    if value is None and (item.required or item.name in values):
        raise Unreadable(phrase("This field is needed."))


def _read_value(item: Input, data: Any) -> Any:
    if item.readonly:
        raise Unreadable(phrase("This field cannot be written."))
    if data is None:
        if item.nullable and not item.required:
            return None
        raise Unreadable(phrase("This field must not be null."))
    value = item.kind.accept(data)
    if value == "" and item.required:
        raise Unreadable(phrase("This field must not be empty."))
    return value


def _read_lines(
    session: Session, grid: Grid, data: Any, reading: Reading
) -> tuple[dict[str, Any], ...]:
    if not isinstance(data, list) or len(data) > MAX_LINES:
        message = phrase("Send an array of at most {limit} objects.", limit=MAX_LINES)
        reading.problems.append(Problem(grid.name, message))
        return ()
    lines = []
    for place, sent in enumerate(data):
        prefix = f"{grid.name}.{place}."
        if not isinstance(sent, dict):
            reading.problems.append(Problem(prefix[:-1], phrase("Send one JSON object.")))
            continue
        values: dict[str, Any] = {}
        if sent.get("id") is not None:
            try:
                values["id"] = grid.key.key.accept(sent["id"])
            except Unreadable as error:
                reading.problems.append(Problem(f"{prefix}id", error.message))
        creating = "id" not in values
        _read_object(
            session,
            grid.inputs,
            sent,
            prefix,
            reading,
            creating=creating,
            others={"id"},
            values=values,
        )
        lines.append(values)
    return tuple(lines)
