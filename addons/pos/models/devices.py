"""Devices that are bound to a register, and the codes by which they become so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Integer, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.pos.models.registers import Register
from core.api import Model


class BindingCode(Model):
    """A code that binds one device to a register, for some minutes and once. `key_digest` is of the
    key by which the device that used it can ask for its answer again."""

    __tablename__ = "binding_code"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    register_id: Mapped[int] = mapped_column(
        ForeignKey("pos.register.id", ondelete="CASCADE"), index=True
    )
    digest: Mapped[str] = mapped_column(unique=True, info={"secret": True})
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_by: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    key_digest: Mapped[str | None] = mapped_column(info={"secret": True})
    binding_id: Mapped[int | None] = mapped_column(
        ForeignKey("pos.binding.id", ondelete="CASCADE"), index=True
    )

    __table_args__ = ({"schema": "pos"},)


class Binding(Model):
    """A device at a register, the `ordinal`-th that it has had.

    Its token is kept as a digest alone. `chain` is what the first operation's `prev_hash` must be,
    `last_hash` that of the last one stored, `next_seq` the number that comes next. The till says
    with each sync its version `app`, how many operations it still holds (`unsynced`) and whether
    the browser promised to keep them (`persisted`); `clock_skew_ms` is its clock less the server's.
    That it is there and that it was revoked is in the audit trail; the rest changes all day.
    """

    __tablename__ = "binding"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("pos.register.id"))
    ordinal: Mapped[int] = mapped_column(Integer)
    device: Mapped[str]
    token_digest: Mapped[str] = mapped_column(unique=True, info={"secret": True})
    chain: Mapped[str]
    bound_at: Mapped[datetime] = mapped_column(server_default=func.now())
    bound_by: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    last_seen_at: Mapped[datetime | None]
    app: Mapped[str] = mapped_column(default="", server_default="")
    unsynced: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    persisted: Mapped[bool | None]
    clock_skew_ms: Mapped[int | None]
    next_seq: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    last_hash: Mapped[str]

    register: Mapped[Register] = relationship()

    __table_args__ = (
        UniqueConstraint("register_id", "ordinal"),
        CheckConstraint("device <> ''", name="device"),
        CheckConstraint("chain ~ '^[0-9a-f]{64}$'", name="chain"),
        CheckConstraint("last_hash ~ '^[0-9a-f]{64}$'", name="last_hash"),
        CheckConstraint("next_seq >= 1", name="next_seq"),
        CheckConstraint("unsynced >= 0", name="unsynced"),
        {"schema": "pos", "info": {"audit": "own"}},
    )
