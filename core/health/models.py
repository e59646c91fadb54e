"""What went wrong with addons, minute by minute: rows only where something did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model


class AddonHealth(Model):
    """One minute of one addon in which something went wrong. `errors` were unhandled, in a page
    or a part of one; `slow` are statements; `job_failures` are tries of jobs."""

    __tablename__ = "addon_health"
    __table_args__ = (
        Index("ix_addon_health_minute", "minute"),
        {"schema": "core", "info": {"audit": "none"}},
    )

    addon: Mapped[str] = mapped_column(primary_key=True)
    minute: Mapped[datetime] = mapped_column(primary_key=True)
    errors: Mapped[int] = mapped_column(default=0, server_default="0")
    slow: Mapped[int] = mapped_column(default=0, server_default="0")
    job_failures: Mapped[int] = mapped_column(default=0, server_default="0")
    answered: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many of the errors call for nothing more: a part was left out of a page, or the addon was
    put aside for them already."""
    last_error: Mapped[str] = mapped_column(default="", server_default="")
    last_at: Mapped[datetime | None]


MODELS = (AddonHealth,)
