"""What was done on the way to a closed period, step by step. Lines are added and never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from addons.accounting.models.locks import BY_WHOM
from core.api import Model

ClosingEvent = Literal[
    "ticked", "waived", "cleared", "ran", "closed", "reopened", "locked", "year_end"
]


class ClosingLog(Model):
    """Something that happened to a period or to a step of its closing: who, when and why.

    `details` keeps what each step said when the period was closed. Where a step stands follows
    from its last line after the last reopening.
    """

    __tablename__ = "closing_log"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    period_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.period.id", ondelete="CASCADE"), index=True
    )
    event: Mapped[str]
    step: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, server_default=text("'{}'::jsonb")
    )
    actor: Mapped[str] = mapped_column(server_default=BY_WHOM)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        CheckConstraint(
            "event IN ('ticked', 'waived', 'cleared', 'ran', 'closed', 'reopened', 'locked',"
            " 'year_end')",
            name="event",
        ),
        Index("ix_closing_log_at", "at"),
        {"schema": "accounting", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )
