"""Where each database server stands, as its tenants are told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_regions"
down_revision = "0002_work"


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "database_server",
        sa.Column("region", sa.Text(), server_default="", nullable=False),
        schema="tenants",
    )
