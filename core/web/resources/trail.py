"""Which entries of the audit trail tell of a record: its own, and those of its lines."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_

from core.db.audit_models import AuditEntry
from core.web.resources.shape import Shape


def concerns(shape: Shape, record: Any) -> ColumnElement[bool]:
    """Whether an entry is about this record, or a line that it has or had."""
    key = str(getattr(record, shape.key.name))
    parts = [(AuditEntry.table_name == shape.table_name) & (AuditEntry.record_id == key)]
    for grid in shape.grids:
        ids = [str(getattr(line, grid.key.name)) for line in getattr(record, grid.name)]
        # A deleted line is known by the document that its entry names.
        before = AuditEntry.changes[grid.parent.key][0].astext
        gone = (AuditEntry.operation == "delete") & (before == key)
        of_lines = or_(AuditEntry.record_id.in_(ids), gone)
        parts.append((AuditEntry.table_name == grid.model.__table__.fullname) & of_lines)
    return or_(*parts)
