"""What the tills sent, as they sent it, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.pos.models.devices import Binding
from addons.pos.models.registers import Register
from core.api import Model, msg

OPERATION_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("accepted", msg("Waits to be booked")),
    ("done", msg("Booked")),
    ("quarantined", msg("Needs mending")),
    ("dropped", msg("Dropped")),
)


class Operation(Model):
    """One operation of a till: a sale, a closing, a drawer that was opened.

    `content` is what came, `hash` the SHA-256 of its canonical form; both stay as they are. What is
    booked is `payload` where somebody mended it, else the content's own. `sync_id` is the device's
    name for it; one that was taken already by something else is kept with its place behind it.
    `waits_for` names the operation without which this one cannot be booked yet. `problem` has
    field, message and fix, `result` what it was booked as, `flags` what a manager should look at.
    """

    __tablename__ = "operation"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    sync_id: Mapped[str] = mapped_column(unique=True)
    binding_id: Mapped[int] = mapped_column(ForeignKey("pos.binding.id"))
    register_id: Mapped[int] = mapped_column(ForeignKey("pos.register.id"))
    seq: Mapped[int]
    type: Mapped[str]
    payload_version: Mapped[int] = mapped_column(Integer)
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    prev_hash: Mapped[str]
    hash: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    state: Mapped[str] = mapped_column(default="accepted", server_default="accepted")
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    waits_for: Mapped[str | None]
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    flags: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default=text("'{}'"))
    brought_by: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)

    binding: Mapped[Binding] = relationship()
    register: Mapped[Register] = relationship()

    __table_args__ = (
        UniqueConstraint("binding_id", "seq"),
        CheckConstraint("sync_id <> ''", name="sync_id"),
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("prev_hash ~ '^[0-9a-f]{64}$'", name="prev_hash"),
        CheckConstraint("hash ~ '^[0-9a-f]{64}$'", name="hash"),
        CheckConstraint("state IN ('accepted', 'done', 'quarantined', 'dropped')", name="state"),
        CheckConstraint("state <> 'quarantined' OR problem IS NOT NULL", name="problem"),
        Index(
            "ix_operation_accepted",
            "register_id",
            "id",
            postgresql_where=text("state = 'accepted'"),
        ),
        Index(
            "ix_operation_open",
            "binding_id",
            "seq",
            postgresql_where=text("state IN ('accepted', 'quarantined')"),
        ),
        Index(
            "ix_operation_waits_for",
            "waits_for",
            postgresql_where=text("waits_for IS NOT NULL"),
        ),
        Index("ix_operation_received_at", "received_at"),
        {"schema": "pos", "info": {"runtime": "SELECT, INSERT, UPDATE", "audit": "own"}},
    )


class OperationChange(Model):
    """What somebody did to an operation that could not be booked: mended, replayed or dropped it;
    who, when and why. `before` and `after` are its payload, where it was mended."""

    __tablename__ = "operation_change"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("pos.operation.id"), index=True)
    what: Mapped[str]
    reason: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    operation: Mapped[Operation] = relationship()

    __table_args__ = (
        CheckConstraint("what IN ('mended', 'replayed', 'dropped')", name="what"),
        CheckConstraint("reason <> ''", name="reason"),
        {"schema": "pos", "info": {"runtime": "SELECT, INSERT", "audit": "changes"}},
    )
