"""The control plane's tables of figures that are dear to ask for, as they were last collected."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Computed, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Model
from tenants.models import SCHEMA, Organization

_UNAUDITED: Final[dict[str, Any]] = {"schema": SCHEMA, "info": {"audit": "none"}}


class FleetFigure(Model):
    """A figure about all organizations, by name, and when it was collected."""

    __tablename__ = "fleet_figure"
    __table_args__ = (_UNAUDITED,)

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float]
    looked_at: Mapped[datetime] = mapped_column(server_default=func.now())


class StorageFigure(Model):
    """What an organization stored on a day, in bytes; `growth_bytes` is what was added within a
    week."""

    __tablename__ = "storage_figure"
    __table_args__ = (
        UniqueConstraint("organization_id", "day"),
        Index("ix_storage_figure_day_total_bytes", "day", "total_bytes"),
        Index("ix_storage_figure_day_growth_bytes", "day", "growth_bytes"),
        _UNAUDITED,
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    organization_id: Mapped[str] = mapped_column(ForeignKey(Organization.id, ondelete="CASCADE"))
    day: Mapped[date]
    database_bytes: Mapped[int]
    file_bytes: Mapped[int]
    total_bytes: Mapped[int] = mapped_column(Computed("database_bytes + file_bytes"))
    growth_bytes: Mapped[int] = mapped_column(default=0, server_default="0")
    measured_at: Mapped[datetime] = mapped_column(server_default=func.now())

    organization: Mapped[Organization] = relationship()


MODELS: Final = (FleetFigure, StorageFigure)
