"""Which records changed since somebody last looked, with nothing missed and nothing kept for them.

The audit trail has every change with its transaction. Only transactions below the oldest one still
under way are looked at, so that what commits late is not passed by.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, literal, select, text, tuple_
from sqlalchemy.orm import Session

from core.db.audit_models import AuditEntry
from core.db.xid import Xid

HORIZON: Final = func.pg_snapshot_xmin(func.pg_current_snapshot(), type_=Xid())
DATABASE: Final = text(
    "SELECT (SELECT system_identifier FROM pg_control_system()) || ':' ||"
    " (SELECT oid FROM pg_database WHERE datname = current_database())"
)
"""Transactions are counted anew in a restored or moved database: places in it are its own."""


@dataclass(frozen=True, slots=True)
class ChangePlace:
    """How far somebody has read the changes of a database: up to this entry of a transaction."""

    database: str
    xid: int
    after: int = 0


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that was added, changed or deleted; `changes` maps columns to before and after."""

    table: str
    record_id: str
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes in the order of their transactions, and where to go on; `more` says whether there
    are some already."""

    found: tuple[RecordChange, ...]
    place: ChangePlace
    more: bool


def changes_begin(session: Session) -> ChangePlace:
    """The place from which on everything counts that is not seen by this transaction."""
    database = session.scalar(DATABASE) or ""
    return ChangePlace(database, session.execute(select(HORIZON)).scalar_one())


def changes_since(
    session: Session, place: ChangePlace, tables: Collection[str], limit: int
) -> Changes | None:
    """What changed in these tables after a place, so many at the most; None where the place is
    that of another database, so that the caller begins anew."""
    now = changes_begin(session)
    if now.database != place.database or place.xid > now.xid:
        return None
    entry = AuditEntry
    rows = session.execute(
        select(entry.xid, entry.id, entry.table_name, entry.record_id, entry.changes)
        .where(
            entry.table_name.in_(sorted(tables)),
            tuple_(entry.xid, entry.id) > tuple_(literal(place.xid, Xid()), place.after),
            entry.xid < literal(now.xid, Xid()),
        )
        .order_by(entry.xid, entry.id)
        .limit(limit + 1)
    ).all()
    more, rows = len(rows) > limit, rows[:limit]
    found = tuple(RecordChange(row.table_name, row.record_id, row.changes) for row in rows)
    last = ChangePlace(now.database, rows[-1].xid, rows[-1].id) if more else now
    return Changes(found, last, more)
