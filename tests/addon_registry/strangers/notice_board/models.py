"""The notices."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record


class Notice(Record, Model):
    """A notice on the board; one without a last day stays up until somebody takes it down."""

    __tablename__ = "notice"
    __table_args__ = ({"schema": "notice_board"},)

    title: Mapped[str]
    body: Mapped[str] = mapped_column(default="", server_default="")
    until: Mapped[date | None]
    pinned: Mapped[bool] = mapped_column(default=False, server_default="false")
