"""How tall a plant is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_height"
down_revision = "0001_garden"


def upgrade() -> None:
    op.add_column("plant", sa.Column("height", sa.Numeric), schema="garden")
