"""Backups that were made of a server which was brought back to an earlier moment."""

from __future__ import annotations

from alembic import op

revision = "0018_recovered_backups"
down_revision = "0017_reviews"


def upgrade() -> None:
    """Add the column."""
    op.execute("ALTER TABLE tenants.backup ADD COLUMN recovered_from text NOT NULL DEFAULT ''")


def downgrade() -> None:
    """Forget it."""
    op.execute("ALTER TABLE tenants.backup DROP COLUMN recovered_from")
