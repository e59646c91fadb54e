"""What companies were asked, and what they answered, as their askers are shown it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Model, Record
from tenants.models import SCHEMA, Organization


class GuestRequest(Record, Model):
    """A request to come in. What counts is in the company's own database, under the same `key`."""

    __tablename__ = "guest_request"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'open', 'refused', 'ended')", name="state"),
        {"schema": SCHEMA},
    )

    key: Mapped[str] = mapped_column(unique=True)
    organization_id: Mapped[str] = mapped_column(
        ForeignKey(Organization.id, ondelete="CASCADE"), index=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    reason: Mapped[str]
    wants_change: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    state: Mapped[str] = mapped_column(default="asked", server_default="asked")
    may_change: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    until: Mapped[datetime | None]

    organization: Mapped[Organization] = relationship()


MODELS = (GuestRequest,)
