"""Points."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record


class Point(Record, Model):
    """A point for one sale."""

    __tablename__ = "point"
    __table_args__ = ({"schema": "loyalty"},)

    sale_id: Mapped[int] = mapped_column(unique=True)
