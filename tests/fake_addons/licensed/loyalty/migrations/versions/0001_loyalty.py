"""The table of points."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_loyalty"
down_revision = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "point",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("sale_id", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", moment, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_point"),
        sa.UniqueConstraint("sale_id", name="uq_point_sale_id"),
        schema="loyalty",
    )
