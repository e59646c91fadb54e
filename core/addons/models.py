"""The tables of the module manager: which addons a tenant has, their options, their history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Identity, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model, Record


class AddonRecord(Model):
    """An addon that this tenant has or had. Changed by the owner role alone.

    `head` is the migration its tables are at, `digest` the fingerprint of the files that
    were accepted (empty for addons that ship with the platform), `reason` why it is suspended.
    `seen_at`, in the kernel's own row, is the highest time that was seen here.
    """

    __tablename__ = "addon"
    __table_args__ = (
        CheckConstraint("state IN ('enabled', 'disabled', 'suspended', 'purged')", name="state"),
        {"schema": "core", "info": {"runtime": "SELECT", "audit": "none"}},
    )

    name: Mapped[str] = mapped_column(Text(), primary_key=True)
    state: Mapped[str]
    version: Mapped[str]
    head: Mapped[str | None]
    digest: Mapped[str] = mapped_column(server_default=text("''"))
    reason: Mapped[str] = mapped_column(server_default=text("''"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_by: Mapped[str]
    seen_at: Mapped[datetime | None]


class AddonLogEntry(Model):
    """One step in an addon's life here: who did what, and how it ended."""

    __tablename__ = "addon_log"
    __table_args__ = (
        Index("ix_addon_log_addon", "addon", "id"),
        {"schema": "core", "info": {"runtime": "SELECT", "audit": "none"}},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    addon: Mapped[str]
    action: Mapped[str]
    outcome: Mapped[str]
    actor: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB(), server_default=text("'{}'"))


class StoredOptions(Record, Model):
    """What a tenant set of an addon's options; what it left alone is not stored."""

    __tablename__ = "option"
    __table_args__ = ({"schema": "core", "info": {"stamped": True}},)

    addon: Mapped[str] = mapped_column(unique=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSONB(), server_default=text("'{}'"))
