"""A table that will be large."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_tables"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("who", sa.Text),
        sa.Column("amount", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_visit"),
        schema="misbehaving",
    )
    op.create_table(
        "place",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_place"),
        schema="misbehaving",
    )
