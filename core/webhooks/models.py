"""Who is told what, and what became of each telling."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Model, Record


class Webhook(Record, Model):
    """An address that is told of some events. `events` are names of events, or of a resource
    with `.changed`. `failing_since` is when it last began to refuse what it is told."""

    __tablename__ = "webhook"
    __table_args__ = ({"schema": "core"},)

    name: Mapped[str]
    url: Mapped[str]
    events: Mapped[list[str]]
    secret: Mapped[str] = mapped_column(
        info={"secret": True, "sealed_for": "core.webhook/{secret_place}"}
    )
    secret_place: Mapped[str]
    """What the secret is sealed for: a random name, since it is sealed before it has an id."""
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    off_reason: Mapped[str] = mapped_column(default="", server_default="")
    failing_since: Mapped[datetime | None]


class WebhookDelivery(Model):
    """One message to one address. `message_id` stays the same however often it is sent, so that
    the receiver can tell that it had it."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'delivered', 'failed')", name="state"),
        Index("ix_webhook_delivery_webhook", "webhook_id", "id"),
        Index("ix_webhook_delivery_created_at", "created_at"),
        {"schema": "core", "info": {"audit": "none"}},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey(Webhook.id, ondelete="CASCADE"))
    message_id: Mapped[str]
    event: Mapped[str]
    body: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="queued", server_default="queued")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    status: Mapped[int | None]
    """The HTTP status of the last answer; none where there was no answer."""
    answer: Mapped[str] = mapped_column(default="", server_default="")
    milliseconds: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    next_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    webhook: Mapped[Webhook] = relationship()


MODELS: Final = (Webhook, WebhookDelivery)
