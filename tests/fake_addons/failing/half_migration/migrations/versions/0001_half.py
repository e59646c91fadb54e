"""Makes a table, and cannot make the next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_half"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "first", sa.Column("id", sa.BigInteger, primary_key=True), schema="half_migration"
    )
    op.execute("ALTER TABLE half_migration.second ADD COLUMN never integer")
