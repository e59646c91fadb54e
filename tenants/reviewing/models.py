"""What companies say of addons."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model, Record
from core.reviews import LONGEST, MOST_STARS
from tenants.models import SCHEMA, Organization

_SHOWN = text("status = 'shown'")


class AddonReview(Record, Model):
    """What an organization says of an addon, once for each, with the operator's part in it. No
    person of the organization is named; the organization itself only where it wants to be."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("organization_id", "addon"),
        CheckConstraint(f"stars BETWEEN 1 AND {MOST_STARS}", name="stars"),
        CheckConstraint(f"char_length(text) <= {LONGEST}", name="text"),
        CheckConstraint("status IN ('shown', 'hidden')", name="status"),
        CheckConstraint("status = 'shown' OR hidden_reason <> ''", name="hidden_reason"),
        CheckConstraint("answered_as IN ('publisher', 'operator')", name="answered_as"),
        Index("ix_review_addon_written_at", "addon", "written_at", postgresql_where=_SHOWN),
        {"schema": SCHEMA},
    )

    organization_id: Mapped[str] = mapped_column(ForeignKey(Organization.id, ondelete="CASCADE"))
    addon: Mapped[str]
    title: Mapped[str]
    """What the addon was called then."""
    addon_version: Mapped[str]
    stars: Mapped[int]
    # Its author may take it back: then no trail holds it either.
    text: Mapped[str] = mapped_column(default="", server_default="", info={"trail": "masked"})
    named: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether the organization's name stands beside it."""
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When the organization wrote or changed it last."""
    status: Mapped[str] = mapped_column(default="shown", server_default="shown")
    hidden_reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it is hidden, or was; the organization reads it while it is."""
    hidden_by: Mapped[str] = mapped_column(default="", server_default="")
    hidden_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_as: Mapped[str] = mapped_column(default="operator", server_default="operator")
    """Whose answer it is: the operator writes down a publisher's, too."""
    answered_at: Mapped[datetime | None]


MODELS = (AddonReview,)
