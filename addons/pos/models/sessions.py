"""Sessions: what happens at a register between its opening and its closing."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.pos.models.devices import Binding
from addons.pos.models.methods import Method
from addons.pos.models.registers import Register
from core.api import Model, Record, msg

SESSION_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("open", msg("Open")),
    ("closed", msg("Closed")),
    ("rescue", msg("Latecomers")),
)
APPROVALS: Final[tuple[tuple[str, str], ...]] = (
    ("none", msg("Not needed")),
    ("asked", msg("To be approved")),
    ("given", msg("Approved")),
)
ZERO: Final = Decimal(0)


class TillSession(Record, Model):
    """A session. `key` is the ULID by which the till calls it, `number` counts those of a register
    from 1, `z_number` those of them that were closed, both without a gap.

    A rescue session takes what came after its session was closed, or for one that never was told:
    one for each register and day (`rescue_day`), with a key of the server's. `forced` says that it
    was closed at the office without a count, as its device is lost. `z` is the report as it was
    at the closing.
    """

    __tablename__ = "session"

    key: Mapped[str] = mapped_column(unique=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("pos.register.id"))
    binding_id: Mapped[int | None] = mapped_column(ForeignKey("pos.binding.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default="open", server_default="open")
    rescue_day: Mapped[datetime.date | None]
    day: Mapped[datetime.date]
    currency: Mapped[str]
    opened_at: Mapped[datetime.datetime]
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    opening_float: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    float_denominations: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    closed_at: Mapped[datetime.datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    difference: Mapped[Decimal | None]
    approval: Mapped[str] = mapped_column(default="none", server_default="none")
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    approved_at: Mapped[datetime.datetime | None]
    forced: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    note: Mapped[str] = mapped_column(default="", server_default="")
    z_number: Mapped[int | None]
    z: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    register: Mapped[Register] = relationship()
    binding: Mapped[Binding | None] = relationship()
    counts: Mapped[list[SessionCount]] = relationship(
        back_populates="session", order_by="SessionCount.id"
    )

    __table_args__ = (
        UniqueConstraint("register_id", "number"),
        UniqueConstraint("register_id", "z_number"),
        CheckConstraint("state IN ('open', 'closed', 'rescue')", name="state"),
        CheckConstraint("approval IN ('none', 'asked', 'given')", name="approval"),
        CheckConstraint("opening_float >= 0", name="opening_float"),
        CheckConstraint("(state = 'closed') = (z_number IS NOT NULL)", name="z_number"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
        CheckConstraint("state <> 'rescue' OR rescue_day IS NOT NULL", name="rescue_day"),
        # A register has one for latecomers of each day.
        Index(
            "uq_session_rescue",
            "register_id",
            "rescue_day",
            unique=True,
            postgresql_where=text("state = 'rescue'"),
        ),
        Index("ix_session_day", "day"),
        {"schema": "pos", "info": {"audit": "changes"}},
    )


class SessionCount(Model):
    """What a session should have held of a method at its closing, and what was counted."""

    __tablename__ = "session_count"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("pos.session.id"))
    method_id: Mapped[int] = mapped_column(ForeignKey("pos.method.id"), index=True)
    expected: Mapped[Decimal]
    counted: Mapped[Decimal]
    difference: Mapped[Decimal]
    till_expected: Mapped[Decimal | None]
    denominations: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())

    session: Mapped[TillSession] = relationship(back_populates="counts")
    method: Mapped[Method] = relationship()

    __table_args__ = (
        UniqueConstraint("session_id", "method_id"),
        CheckConstraint("difference = counted - expected", name="difference"),
        {"schema": "pos", "info": {"runtime": "SELECT, INSERT", "audit": "changes"}},
    )
