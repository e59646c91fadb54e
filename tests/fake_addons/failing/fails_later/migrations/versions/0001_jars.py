"""Jars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_jars"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "jar",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now()),
        sa.Column("label", sa.Text, nullable=False),
        schema="fails_later",
    )
