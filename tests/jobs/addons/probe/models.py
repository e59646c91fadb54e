"""One table, into which jobs write what they did."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core.api import Model, Record


class Note(Record, Model):
    """What a job left behind."""

    __tablename__ = "note"
    __table_args__ = ({"schema": "probe"},)

    text: Mapped[str]
