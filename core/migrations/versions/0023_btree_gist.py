"""Exclusion constraints over keys and periods together, for the tables of addons."""

from __future__ import annotations

from alembic import op

revision = "0023_btree_gist"
down_revision = "0022_number_series"


def upgrade() -> None:
    """Add the operator classes; PostgreSQL trusts the owner of a database with this extension."""
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA core")
