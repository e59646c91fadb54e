"""The audit trail, read: who changed what, from what to what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.audit_models import AuditEntry

HIDDEN = "***"
_BOOKKEEPING = frozenset({"id", "created_at"})
"""Columns that repeat what the entry says anyway."""


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
    return Change(
        id=entry.id,
        at=entry.at,
        who=entry.actor,
        operation=entry.operation,
        table=entry.table_name,
        record_id=entry.record_id,
        fields=tuple(_fields(entry)),
        request_id=entry.request_id,
    )


def _fields(entry: AuditEntry) -> Iterator[FieldChange]:
    """What changed, less what a new or deleted record had empty."""
    whole = entry.operation != "update"
    for name, (before, after) in sorted(entry.changes.items()):
        empty = before in (None, "", []) and after in (None, "", [])
        if name not in _BOOKKEEPING and not (whole and empty):
            yield FieldChange(name, before, after)
