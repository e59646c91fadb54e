"""Who of the operator or a reseller asked to come in, and what the company answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model, Record
from core.declare import msg

ASKED: Final = "asked"
OPEN: Final = "open"
REFUSED: Final = "refused"
ENDED: Final = "ended"
STATES: Final[tuple[tuple[str, str], ...]] = (
    (ASKED, msg("Asks to come in")),
    (OPEN, msg("Let in")),
    (REFUSED, msg("Refused")),
    (ENDED, msg("Ended")),
)


class GuestAccess(Record, Model):
    """One request to come in. `key` is its name on the control plane; `on_behalf` is the reseller
    for whom the person works, nobody for the operator. Let in, they act as `user_id` until `until`,
    and change something only where `may_change`. Rows are never deleted: they are part of the
    audit trail."""

    __tablename__ = "guest_access"

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(info={"personal": "name"})
    email: Mapped[str]
    on_behalf: Mapped[str]
    reason: Mapped[str] = mapped_column(info={"personal": "text"})
    wants_change: Mapped[bool]
    state: Mapped[str] = mapped_column(default=ASKED, server_default=ASKED)
    may_change: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    answered_by: Mapped[str] = mapped_column(
        default="", server_default="", info={"personal": "name"}
    )
    answered_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)

    __table_args__ = (
        CheckConstraint(
            f"state IN ({', '.join(repr(code) for code, _ in STATES)})",
            name="state",
        ),
        CheckConstraint(
            "state <> 'open' OR user_id IS NOT NULL AND until IS NOT NULL", name="open"
        ),
        {
            "schema": "core",
            "info": {"runtime": "SELECT, INSERT, UPDATE", "stamped": True},
        },
    )


class GuestTicket(Model):
    """Lets a guest in once, within a minute."""

    __tablename__ = "guest_ticket"
    __table_args__: Any = ({"schema": "core", "info": {"audit": "none"}},)

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    guest_access_id: Mapped[int] = mapped_column(ForeignKey("core.guest_access.id"), index=True)
    expires_at: Mapped[datetime]


MODELS: Final = (GuestAccess, GuestTicket)
