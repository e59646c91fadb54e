"""The control plane's table of organizations on their way from one database server to another."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Model
from tenants.models import SCHEMA, DatabaseServer, Organization


class Move(Model):
    """One move. `phase` is how far it came, and the journal by which a killed one goes on: up to
    `switching` the organization lies where it was, from `switched` on at its new place. Then the
    old database is `kept` until a day.

    `method` is replication, where people work on while everything is copied, or dump, where
    nothing is written meanwhile. `size` in bytes, `readonly_seconds` for how long nobody could
    write, `rows` how many were counted on both sides, `findings` what the invariants said.
    """

    BEFORE: ClassVar[tuple[str, ...]] = ("waiting", "copying", "following", "switching")
    """The phases in which the organization is where it was."""
    UNDER_WAY: ClassVar[tuple[str, ...]] = (*BEFORE, "switched")

    __tablename__ = "move"
    __table_args__ = (
        CheckConstraint("method IN ('replication', 'dump')", name="method"),
        CheckConstraint(
            "phase IN ('waiting', 'copying', 'following', 'switching', 'switched', 'kept', 'done',"
            " 'failed', 'cancelled')",
            name="phase",
        ),
        CheckConstraint("from_server_id <> to_server_id", name="other_server"),
        Index(
            "ix_move_under_way",
            "organization_id",
            unique=True,
            postgresql_where=text(
                "phase IN ('waiting', 'copying', 'following', 'switching', 'switched')"
            ),
        ),
        {"schema": SCHEMA, "info": {"audit": "none"}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    organization_id: Mapped[str] = mapped_column(
        ForeignKey(Organization.id, ondelete="CASCADE"), index=True
    )
    from_server_id: Mapped[int] = mapped_column(ForeignKey(DatabaseServer.id), index=True)
    to_server_id: Mapped[int] = mapped_column(ForeignKey(DatabaseServer.id), index=True)
    method: Mapped[str]
    phase: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    fraction: Mapped[float] = mapped_column(default=0.0, server_default="0")
    note: Mapped[str] = mapped_column(default="", server_default="")
    problem: Mapped[str] = mapped_column(default="", server_default="")
    cancel_asked: Mapped[bool] = mapped_column(default=False, server_default="false")
    asked_by: Mapped[str] = mapped_column(default="", server_default="")
    size: Mapped[int] = mapped_column(default=0, server_default="0")
    rows: Mapped[int] = mapped_column(default=0, server_default="0")
    readonly_seconds: Mapped[float | None]
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    begun_at: Mapped[datetime] = mapped_column(server_default=func.now())
    switched_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    keep_until: Mapped[datetime | None]

    organization: Mapped[Organization] = relationship()
    from_server: Mapped[DatabaseServer] = relationship(foreign_keys=from_server_id)
    to_server: Mapped[DatabaseServer] = relationship(foreign_keys=to_server_id)


MODELS = (Move,)
