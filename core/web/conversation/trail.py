"""The changes of a record and its lines, from the audit trail, a page of moments at a time.

Lines that are gone cannot be found by their own ids. They went in a transaction that changed
their document too, so the document's own entries lead to them, and every look is by an index,
however long the trail has become.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, cast, or_, select
from sqlalchemy.orm import Session

from core.db.audit_models import AuditEntry
from core.web.resources.shape import Shape

MOST_ENTRIES: Final = 600
"""Entries of one page of moments; a document of more lines shows as many as this."""

Log = AuditEntry


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One entry of the trail; `changes` holds decimals to their last digit."""

    id: int
    at: datetime
    who: str
    door: str
    table: str
    record_id: str
    operation: str
    changes: Mapping[str, Any]


def trail_of(
    session: Session, shape: Shape, record: Any, before: datetime | None, moments: int
) -> list[TrailEntry]:
    """The entries of the newest so many transactions before a moment, the newest first."""
    own, lines = _of_record(shape, record), _of_present_lines(shape, record)
    recent = select(Log.xid, Log.at, Log.operation == "update").where(or_(own, *lines))
    if before is not None:
        recent = recent.where(Log.at < before)
    recent = recent.distinct().order_by(Log.at.desc(), Log.xid.desc()).limit(moments)
    found = session.execute(recent).all()
    if not found:
        return []
    present = or_(own, *lines) & Log.xid.in_({row[0] for row in found})
    conditions = [present]
    changed_in = {xid for xid, _, is_update in found if is_update}
    if changed_in:
        conditions += [gone & Log.xid.in_(changed_in) for gone in _of_lost_lines(shape, record)]
    # As text: floats between PostgreSQL's numbers and ours would cost digits.
    columns = (Log.id, Log.at, Log.actor, Log.door, Log.table_name, Log.record_id, Log.operation)
    entries: dict[int, TrailEntry] = {}
    for condition in conditions:
        statement = select(*columns, cast(Log.changes, Text)).where(condition)
        for row in session.execute(statement.order_by(Log.id.desc()).limit(MOST_ENTRIES)):
            changes = json.loads(row[7], parse_float=Decimal)
            entries[row[0]] = TrailEntry(*row[:7], changes)
    return sorted(entries.values(), key=lambda entry: entry.id, reverse=True)


def _of_record(shape: Shape, record: Any) -> ColumnElement[bool]:
    key = str(getattr(record, shape.key.name))
    return (Log.table_name == shape.table_name) & (Log.record_id == key)


def _of_present_lines(shape: Shape, record: Any) -> list[ColumnElement[bool]]:
    found = []
    for grid in shape.grids:
        ids = [str(getattr(line, grid.key.name)) for line in getattr(record, grid.name)]
        if ids:
            table = grid.model.__table__.fullname
            found.append((Log.table_name == table) & Log.record_id.in_(ids))
    return found


def _of_lost_lines(shape: Shape, record: Any) -> list[ColumnElement[bool]]:
    key = str(getattr(record, shape.key.name))
    return [
        (Log.table_name == grid.model.__table__.fullname)
        & (Log.operation == "delete")
        & (Log.changes[grid.parent.key][0].astext == key)
        for grid in shape.grids
    ]
