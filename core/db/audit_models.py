"""The table of the audit trail, which only the database's own triggers write."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model
from core.db.xid import Xid


class AuditEntry(Model):
    """One change of one record. `changes` maps columns to `[before, after]`; `door` says how its
    author came (`core.db.session.Author`)."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_record", "table_name", "record_id"),
        Index("ix_audit_log_xid", "xid"),
        {"schema": "core", "info": {"runtime": "SELECT", "audit": "none"}},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    xid: Mapped[int] = mapped_column(Xid(), server_default=func.pg_current_xact_id())
    table_name: Mapped[str]
    record_id: Mapped[str]
    operation: Mapped[str]
    changes: Mapped[dict[str, Any]]
    actor: Mapped[str]
    actor_id: Mapped[int | None]
    request_id: Mapped[str] = mapped_column(server_default=text("''"))
    door: Mapped[str] = mapped_column(server_default=text("''"))
    db_role: Mapped[str] = mapped_column(info={"role": True})
