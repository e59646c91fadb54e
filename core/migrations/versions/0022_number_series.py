"""How far each series of document numbers has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022_number_series"
down_revision = "0021_expiring_roles"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "number_series",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("series", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.CheckConstraint("last > 0", name=op.f("ck_number_series_last")),
        sa.PrimaryKeyConstraint("id", name="pk_number_series"),
        sa.UniqueConstraint("series", "period", name="uq_number_series_series_period"),
        schema="core",
    )
