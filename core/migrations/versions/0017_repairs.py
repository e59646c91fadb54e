"""What the invariants said when they were last checked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017_repairs"
down_revision = "0016_operator_access"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "invariant_check",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("addon", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column(
            "checked_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_invariant_check")),
        schema="core",
    )
