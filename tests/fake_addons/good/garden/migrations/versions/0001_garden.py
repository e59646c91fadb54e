"""Plants and visits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_garden"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "plant",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("height", sa.Numeric),
        sa.Column("secret_spot", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_plant"),
        sa.UniqueConstraint("name", name="uq_plant_name"),
        schema="garden",
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("who", sa.Text, nullable=False),
        schema="garden",
    )
