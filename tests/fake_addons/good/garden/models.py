"""The garden's tables."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record


class Plant(Record, Model):
    """A plant, and where it stands, which is nobody's business."""

    __tablename__ = "plant"
    __table_args__ = ({"schema": "garden"},)

    name: Mapped[str] = mapped_column(unique=True)
    height: Mapped[Decimal | None] = mapped_column(index=True)
    secret_spot: Mapped[str | None] = mapped_column(info={"secret": True})


class Visit(Model):
    """A log that the application can only add to."""

    __tablename__ = "visit"
    __table_args__ = ({"schema": "garden", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str]
