"""The marks that tenants leave; each carries its tenant's own word."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record


class Mark(Record, Model):
    """A word that only one tenant writes."""

    __tablename__ = "mark"
    __table_args__ = ({"schema": "noise"},)

    word: Mapped[str] = mapped_column()
    via: Mapped[str] = mapped_column(default="")
