"""What changed while a page could not hear: read from the audit trail, which misses nothing.

A page remembers how far it has heard, as the oldest transaction that was still under way then.
Everything before it was committed or undone, so nothing that commits late is passed by; what
committed since is told again, which costs a page one look too many and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from psycopg import Connection
from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from core.addons.states import view
from core.db.audit_models import AuditEntry
from core.db.xid import Xid
from core.live.changes import MOST_KEYS
from core.live.subjects import subjects_of

_HORIZON: Final = func.pg_snapshot_xmin(func.pg_current_snapshot(), type_=Xid())
_PLAIN_HORIZON: Final = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"
_MOST_ENTRIES: Final = 1000


@dataclass(frozen=True, slots=True)
class Missed:
    """Keys by resource, None where they are many or unknown; and how far that reaches."""

    changed: dict[str, frozenset[str] | None]
    since: int


def horizon(session: Session) -> int:
    """How far a page has heard that is about to be read from the database: asked before its first
    row is, so that whatever changes from then on counts as missed. By the driver itself, because
    every page asks."""
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, Connection)
    (found,) = driver.execute(_PLAIN_HORIZON).fetchone() or ("0",)
    return int(found)


def missed(session: Session, since: int | None, resources: Collection[str]) -> Missed:
    """What became of these resources after `since`, an earlier answer's; None to begin."""
    reached: int = session.execute(select(_HORIZON)).scalar_one()
    if since is None or since == reached:
        return Missed({}, reached)
    wanted = frozenset(resources)
    tables = {
        table: kept
        for table, subjects in subjects_of(view(session)).items()
        if (kept := tuple(subject for subject in subjects if subject.resource in wanted))
    }
    if since > reached:
        # The database was restored or moved since: its transactions are counted anew.
        return Missed(dict.fromkeys(wanted), reached)
    if not tables:
        return Missed({}, reached)
    entry = AuditEntry
    entries = session.execute(
        select(entry.table_name, entry.record_id)
        .where(
            entry.table_name.in_(tables),
            entry.xid >= literal(since, Xid()),
            entry.xid < literal(reached, Xid()),
        )
        .limit(_MOST_ENTRIES + 1)
    ).all()
    if len(entries) > _MOST_ENTRIES:
        return Missed(dict.fromkeys(wanted), reached)
    changed: dict[str, set[str] | None] = {}
    for table, key in entries:
        for subject in tables[table]:
            known = changed.setdefault(subject.resource, set())
            if subject.parent or known is None:
                # A line's entry names its document only if the line came or went.
                changed[subject.resource] = None
            else:
                known.add(key)
    return Missed({name: _frozen(keys) for name, keys in changed.items()}, reached)


def untraced(session: Session, resources: Collection[str]) -> frozenset[str]:
    """Those of the resources of which the audit trail leaves changes out."""
    return frozenset(
        subject.resource
        for subjects in subjects_of(view(session)).values()
        for subject in subjects
        if not subject.traced and subject.resource in resources
    )


def _frozen(keys: set[str] | None) -> frozenset[str] | None:
    return None if keys is None or len(keys) > MOST_KEYS else frozenset(keys)
