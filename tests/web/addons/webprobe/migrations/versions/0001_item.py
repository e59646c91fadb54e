"""The table of items."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_item"
down_revision = None


def upgrade() -> None:
    now = {"server_default": sa.func.now(), "nullable": False}
    op.create_table(
        "item",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), **now),
        sa.Column("updated_at", sa.DateTime(timezone=True), **now),
        sa.PrimaryKeyConstraint("id", name="pk_item"),
        sa.UniqueConstraint("name", name="uq_item_name"),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_item_quantity")),
        schema="webprobe",
    )
