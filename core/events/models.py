"""The tenant's event log: what happened, in the order it was said, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model
from core.db.xid import Xid


class LoggedEvent(Model):
    """An event as it was emitted. The runtime role can add one, and not change any."""

    __tablename__ = "event_log"
    __table_args__ = (
        Index("ix_event_log_name", "name", "id"),
        Index("ix_event_log_at", "at"),
        {"schema": "core", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    name: Mapped[str]
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor: Mapped[str]
    xid: Mapped[int] = mapped_column(Xid(), server_default=func.pg_current_xact_id())
