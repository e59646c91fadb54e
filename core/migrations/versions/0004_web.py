"""Answers kept under an Idempotency-Key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004_web"
down_revision = "0003_auth"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "kept_answer",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("headers", JSONB(), server_default="{}", nullable=False),
        sa.Column("body", sa.LargeBinary(), server_default="", nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_kept_answer")),
        schema="core",
    )
    op.create_index(op.f("ix_kept_answer_created_at"), "kept_answer", ["created_at"], schema="core")
