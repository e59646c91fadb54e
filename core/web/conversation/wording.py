"""Entries of the audit trail in the reader's words: titles of fields, and values as pages show
them. What the reader may not see, and what is secret, is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy.orm import Session

from core.auth.audit_trail import HIDDEN
from core.web.conversation.trail import TrailEntry
from core.web.request import Request
from core.web.resources.kinds import Choice, Kind, Reference
from core.web.resources.kinds_figures import Day, Moment, Number, TimeOfDay
from core.web.resources.list_fields import hidden_names
from core.web.resources.references import titles_of
from core.web.resources.shape import Grid, Shape
from core.web.resources.showing import culture_for, shower, translator

SHOWN_PARTS: Final = 12
"""Lines that one change tells of; the rest is counted."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field and what it went from and to, empty for nothing."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Part:
    """What was done to the record, or to one of its lines: then `title` says which lines, and
    `line` what the changed one begins with."""

    operation: str
    title: str
    fields: tuple[FieldChange, ...]
    line: str = ""


@dataclass(frozen=True, slots=True)
class _Told:
    """A field that can be told of."""

    name: str
    title: str
    kind: Kind


class Teller:
    """Tells entries in the reader's words; what references are called is asked for once."""

    def __init__(
        self,
        session: Session,
        shape: Shape,
        request: Request,
        record: Any,
        entries: Iterable[TrailEntry],
    ) -> None:
        self._culture, self._translate = culture_for(request), translator(session, request)
        hidden = hidden_names(session, shape)
        self._fields = {shape.table_name: _fields_of(shape, hidden)}
        self._grids: dict[str, Grid] = {}
        for grid in shape.grids:
            table = grid.model.__table__.fullname
            self._fields[table] = tuple(
                _Told(item.name, item.title, item.kind) for item in grid.inputs if not item.secret
            )
            self._grids[table] = grid
        self._lines = _present_lines(shape, record)
        self._titles = self._look_up(session, entries)

    def part(self, entry: TrailEntry) -> Part:
        """One entry, with the fields that the form has, in its order."""
        told = []
        for field in self._fields[entry.table]:
            stored = entry.changes.get(field.name, (None, None))
            texts = [self._text(field.kind, value) for value in stored]
            if any(texts) and HIDDEN not in stored:
                told.append(FieldChange(field.title, *texts))
        grid = self._grids.get(entry.table)
        if grid is None:
            return Part(entry.operation, "", tuple(told))
        line = self._beginning(entry) if entry.operation == "update" else ""
        return Part(entry.operation, grid.lines.title, tuple(told), line)

    def _beginning(self, entry: TrailEntry) -> str:
        """The first field of a line that is still there."""
        line = self._lines.get((entry.table, entry.record_id))
        if line is None:
            return ""
        field = self._fields[entry.table][0]
        value = getattr(line, field.name)
        if isinstance(field.kind, Reference):
            return self._text(field.kind, value)
        return shower(field.kind, self._culture, self._translate)(value)

    def _text(self, kind: Kind, stored: Any) -> str:
        if stored is None:
            return ""
        if isinstance(kind, Reference):
            return self._titles.get(kind.resource, {}).get(stored, str(stored))
        try:
            return shower(kind, self._culture, self._translate)(_typed(kind, stored))
        except (ValueError, TypeError, InvalidOperation):
            return str(stored)  # written when the column was of another type

    def _look_up(
        self, session: Session, entries: Iterable[TrailEntry]
    ) -> Mapping[str, Mapping[Any, str]]:
        keys: dict[str, set[Any]] = {}
        for entry in entries:
            for field in self._fields[entry.table]:
                if isinstance(field.kind, Reference):
                    stored = entry.changes.get(field.name, ())
                    keys.setdefault(field.kind.resource, set()).update(stored)
                    line = self._lines.get((entry.table, entry.record_id))
                    if line is not None:
                        keys[field.kind.resource].add(getattr(line, field.name))
        return {resource: titles_of(session, resource, found) for resource, found in keys.items()}


def _present_lines(shape: Shape, record: Any) -> Mapping[tuple[str, str], Any]:
    return {
        (grid.model.__table__.fullname, str(getattr(line, grid.key.name))): line
        for grid in shape.grids
        for line in getattr(record, grid.name)
    }


def _fields_of(shape: Shape, hidden: frozenset[str]) -> tuple[_Told, ...]:
    """The form's fields; of a resource without a form, its columns."""
    inputs = [_Told(item.name, item.title, item.kind) for item in shape.inputs if not item.secret]
    columns = [
        _Told(item.name, item.title, item.kind) for item in shape.columns if not item.attribute.path
    ]
    return tuple(field for field in inputs or columns if field.name not in hidden)


def _typed(kind: Kind, stored: Any) -> Any:
    """The value that PostgreSQL put into JSON."""
    match kind:
        case Number():
            return Decimal(str(stored))
        case Day():
            return date.fromisoformat(stored)
        case Moment():
            return datetime.fromisoformat(stored)
        case TimeOfDay():
            return time.fromisoformat(stored)
        case Choice():
            return kind.members.get(stored, stored)
        case _:
            return stored
