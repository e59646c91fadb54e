"""Which span asked for a job, so that its trace goes on there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026_job_traces"
down_revision = "0025_guests"


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "job",
        sa.Column("trace", sa.Text, server_default="", nullable=False),
        schema="core",
    )
