"""Tickets by which people of a company come into its sample company."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model


class SampleTicket(Model):
    """Lets its user in once, within a minute. Only a sample company has any."""

    __tablename__ = "sample_ticket"
    __table_args__ = ({"schema": "core", "info": {"audit": "none"}},)

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime]
