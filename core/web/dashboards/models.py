"""How people have arranged their start page, and who wants to see no more first steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model, Record


class DashboardLayout(Record, Model):
    """The start page of a user, or the one that a role begins with. `content` is written and
    read by `core.web.dashboards.layout`."""

    __tablename__ = "dashboard_layout"
    __table_args__ = (
        CheckConstraint("num_nonnulls(user_id, role_id) = 1", name="for_one"),
        {"schema": "core", "info": {"audit": "none"}},
    )

    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE"), unique=True
    )
    role_id: Mapped[int | None] = mapped_column(
        ForeignKey("core.role.id", ondelete="CASCADE"), unique=True
    )
    content: Mapped[dict[str, Any]]


class OnboardingDismissal(Model):
    """A user who has waved the list of first steps aside."""

    __tablename__ = "onboarding_dismissal"
    __table_args__ = ({"schema": "core", "info": {"audit": "none"}},)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("core.user_account.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    dismissed_at: Mapped[datetime] = mapped_column(server_default=func.now())
