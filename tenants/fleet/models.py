"""The control plane's table of how addons fare: counts alone, and nothing of a company's own."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Model
from tenants.models import SCHEMA, Organization


class FleetAddonHealth(Model):
    """One day of one addon in one organization, as that organization's processes told it."""

    __tablename__ = "addon_health"
    __table_args__ = (
        UniqueConstraint("organization_id", "addon", "day"),
        Index("ix_addon_health_day_addon", "day", "addon"),
        {"schema": SCHEMA, "info": {"audit": "none"}},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    organization_id: Mapped[str] = mapped_column(ForeignKey(Organization.id, ondelete="CASCADE"))
    addon: Mapped[str]
    day: Mapped[date]
    errors: Mapped[int] = mapped_column(default=0, server_default="0")
    slow: Mapped[int] = mapped_column(default=0, server_default="0")
    job_failures: Mapped[int] = mapped_column(default=0, server_default="0")
    quarantined: Mapped[bool] = mapped_column(default=False, server_default="false")
    storage: Mapped[int | None]
    reported_at: Mapped[datetime] = mapped_column(server_default=func.now())

    organization: Mapped[Organization] = relationship()


MODELS = (FleetAddonHealth,)
