"""Finds the tall ones quickly."""

from __future__ import annotations

from alembic import op

revision = "0002_by_height"
down_revision = "0001_garden"


def upgrade() -> None:
    op.create_index("ix_plant_height", "plant", ["height"], schema="garden")


def downgrade() -> None:
    op.drop_index("ix_plant_height", "plant", schema="garden")
