"""One table with the constraints that users run into."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record


class Item(Record, Model):
    """A thing with a name of its own."""

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity"),
        {"schema": "webprobe"},
    )

    name: Mapped[str] = mapped_column(unique=True)
    quantity: Mapped[int] = mapped_column(default=0)
