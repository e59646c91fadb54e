"""What happened to a record and its lines: who changed what, from what to what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from core.auth.audit_trail import HIDDEN
from core.db.audit_models import AuditEntry
from core.web.replies import Page, Reply
from core.web.request import Request
from core.web.resources.kinds import Choice, Kind, Reference
from core.web.resources.kinds_figures import Day, Moment, Number, TimeOfDay
from core.web.resources.record_pages import record_head
from core.web.resources.records import load
from core.web.resources.references import titles_of
from core.web.resources.shape import Grid, Input, Shape
from core.web.resources.showing import culture_for, shower, translator
from core.web.resources.trail import concerns

SHOWN: Final = 200
"""Changes on the page of one record; the audit trail has them all."""

Entry = AuditEntry


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of the trail; `changes` holds decimals to their last digit."""

    at: datetime
    who: str
    table: str
    operation: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One entry: what was done to the record, or to one of its lines (`title` says which)."""

    operation: str
    title: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """All that one person did in one moment."""

    at: datetime
    who: str
    parts: tuple[Part, ...]


def history_page(shape: Shape, session: Session, request: Request) -> Reply:
    """The changes of a record and its lines, the newest first."""
    record = load(session, shape, request.path_params["id"])
    entries = _entries(session, shape, record)
    teller = _Teller(session, shape, request, entries)
    changes = [
        Change(at, who, tuple(teller.part(entry) for entry in reversed(list(group))))
        for (at, who), group in groupby(entries, key=lambda entry: (entry.at, entry.who))
    ]
    context = record_head(shape, session, request, record)
    return Page("core/resources/history.html", {**context, "changes": changes})


def _entries(session: Session, shape: Shape, record: Any) -> list[_Entry]:
    # As text: floats between PostgreSQL's numbers and ours would cost digits.
    changes = cast(Entry.changes, Text)
    statement = select(Entry.at, Entry.actor, Entry.table_name, Entry.operation, changes)
    found = session.execute(
        statement.where(concerns(shape, record)).order_by(Entry.id.desc()).limit(SHOWN)
    )
    return [_Entry(*row[:4], json.loads(row[4], parse_float=Decimal)) for row in found]


class _Teller:
    """Tells entries in the reader's words; what references are called is asked for once."""

    def __init__(
        self, session: Session, shape: Shape, request: Request, entries: Iterable[_Entry]
    ) -> None:
        self._culture, self._translate = culture_for(request), translator(session, request)
        self._inputs: dict[str, tuple[Input, ...]] = {shape.table_name: shape.inputs}
        self._grids: dict[str, Grid] = {}
        for grid in shape.grids:
            table = grid.model.__table__.fullname
            self._inputs[table], self._grids[table] = grid.inputs, grid
        self._titles = self._look_up(session, entries)

    def part(self, entry: _Entry) -> Part:
        """One entry, with the fields that the form has, in its order."""
        told = []
        for item in self._inputs[entry.table]:
            before, after = entry.changes.get(item.name, (None, None))
            if (
                (before, after) != (None, None)
                and not item.secret
                and HIDDEN not in (before, after)
            ):
                told.append(
                    (item.title, self._text(item.kind, before), self._text(item.kind, after))
                )
        grid = self._grids.get(entry.table)
        return Part(entry.operation, grid.lines.title if grid else "", tuple(told))

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
        self, session: Session, entries: Iterable[_Entry]
    ) -> Mapping[str, Mapping[Any, str]]:
        keys: dict[str, set[Any]] = {}
        for entry in entries:
            for item in self._inputs[entry.table]:
                if isinstance(item.kind, Reference):
                    stored = entry.changes.get(item.name, ())
                    keys.setdefault(item.kind.resource, set()).update(stored)
        return {resource: titles_of(session, resource, found) for resource, found in keys.items()}


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
