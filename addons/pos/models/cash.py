"""Cash that came into a drawer or left it without a sale, and the log of what else was done."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.pos.models.sessions import TillSession
from core.api import Model, msg

DIRECTIONS: Final[tuple[tuple[str, str], ...]] = (
    ("in", msg("Paid in")),
    ("out", msg("Taken out")),
)
LOGGED: Final[tuple[tuple[str, str], ...]] = (
    ("no_sale", msg("Drawer opened")),
    ("reprint", msg("Receipt printed again")),
    ("void", msg("Basket thrown away")),
    ("price_check", msg("Price looked up")),
    ("override", msg("Approved by another")),
    ("restored", msg("Put back from the second journal")),
)
APPEND_ONLY: Final = {"runtime": "SELECT, INSERT", "audit": "changes"}


class CashMove(Model):
    """Cash put into a drawer or taken out, with the reason; `sync_id` is its operation's."""

    __tablename__ = "cash_move"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    sync_id: Mapped[str] = mapped_column(unique=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("pos.session.id"), index=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("pos.register.id"), index=True)
    cashier_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    direction: Mapped[str]
    amount: Mapped[Decimal]
    reason: Mapped[str]
    occurred_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    session: Mapped[TillSession] = relationship()

    __table_args__ = (
        CheckConstraint("direction IN ('in', 'out')", name="direction"),
        CheckConstraint("amount > 0 AND amount < 1e15", name="amount"),
        CheckConstraint("reason <> ''", name="reason"),
        {"schema": "pos", "info": APPEND_ONLY},
    )


class TillLog(Model):
    """What moved neither money nor goods and must be seen: a drawer opened without a sale, a
    receipt printed again, a basket thrown away, what one cashier approved for another, what a
    device had lost and put back. `place` tells those of one operation apart."""

    __tablename__ = "till_log"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    sync_id: Mapped[str]
    place: Mapped[int]
    session_id: Mapped[int] = mapped_column(ForeignKey("pos.session.id"), index=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("pos.register.id"), index=True)
    cashier_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    what: Mapped[str]
    sale: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    occurred_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    session: Mapped[TillSession] = relationship()

    __table_args__ = (
        UniqueConstraint("sync_id", "place"),
        CheckConstraint("what <> ''", name="what"),
        {"schema": "pos", "info": APPEND_ONLY},
    )
