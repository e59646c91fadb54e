"""Meals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_kitchen"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "meal",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("plant_id", sa.BigInteger, nullable=False),
        sa.Column("served", sa.BigInteger, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_meal"),
        sa.UniqueConstraint("plant_id", name="uq_meal_plant_id"),
        sa.ForeignKeyConstraint(["plant_id"], ["garden.plant.id"], name="fk_meal_plant_id"),
        schema="kitchen",
    )
