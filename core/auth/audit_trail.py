"""The audit trail, read: who changed what, from what to what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.audit_models import AuditEntry

HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One column's value before and after; `hidden` if it is a secret."""

    field: str
    before: Any
    after: Any

    @property
    def hidden(self) -> bool:
        """Whether the values are masked."""
        return self.before == HIDDEN and self.after == HIDDEN


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one record."""

    id: int
    at: datetime
    who: str
    operation: str
    table: str
    record_id: str
    fields: tuple[FieldChange, ...]
    request_id: str


def history(session: Session, table: str, record_id: int | str) -> list[Change]:
    """The changes of one record (`table` as `schema.name`), the newest first."""
    entries = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.table_name == table, AuditEntry.record_id == str(record_id))
        .order_by(AuditEntry.id.desc())
    )
    return [change_of(entry) for entry in entries]


def change_of(entry: AuditEntry) -> Change:
    """An entry of the trail as a value that pages can show."""
    pairs = sorted(entry.changes.items())
    return Change(
        id=entry.id,
        at=entry.at,
        who=entry.actor,
        operation=entry.operation,
        table=entry.table_name,
        record_id=entry.record_id,
        fields=tuple(FieldChange(name, before, after) for name, (before, after) in pairs),
        request_id=entry.request_id,
    )
