"""Addresses that are told of events, and what became of each telling."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014_webhooks"
down_revision = "0013_custom_fields"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "webhook",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", JSONB(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("secret_place", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("off_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True)),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        schema="core",
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("webhook_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("status", sa.BigInteger()),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), server_default="0", nullable=False),
        _moment("created_at"),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state IN ('queued', 'delivered', 'failed')", name=op.f("ck_webhook_delivery_state")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["core.webhook.id"],
            name=op.f("fk_webhook_delivery_webhook_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        schema="core",
    )
    op.create_index(
        "ix_webhook_delivery_webhook", "webhook_delivery", ["webhook_id", "id"], schema="core"
    )
    op.create_index(
        "ix_webhook_delivery_created_at", "webhook_delivery", ["created_at"], schema="core"
    )


def _moment(name: str) -> sa.Column:
    now = sa.func.now()
    return sa.Column(name, sa.DateTime(timezone=True), server_default=now, nullable=False)
