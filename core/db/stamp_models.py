"""The table of stamps, which only the database's own triggers write."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model


class TableStamp(Model):
    """What a table held is told apart by its stamps: whatever changes it puts a new one in the
    place of those that it sees. Two that change it at the same time leave one each."""

    __tablename__ = "table_stamp"
    __table_args__ = ({"schema": "core", "info": {"runtime": "SELECT", "audit": "none"}},)

    table_name: Mapped[str] = mapped_column(primary_key=True)
    stamp: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
