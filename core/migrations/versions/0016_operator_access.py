"""Who had the company's data in hands, and where copies of it are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016_operator_access"
down_revision = "0015_dashboards"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "operator_access",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        _moment(),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_access")),
        schema="core",
    )
    op.create_table(
        "safekeeping",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        _moment(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('backup', 'restore', 'takeout')", name=op.f("ck_safekeeping_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safekeeping")),
        schema="core",
    )


def _moment() -> sa.Column:
    now = sa.func.now()
    return sa.Column("at", sa.DateTime(timezone=True), server_default=now, nullable=False)
