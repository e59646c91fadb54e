"""Deferrals know the line of a document that they put off, of which one runs at a time, and the
branch that their entries are of."""

from __future__ import annotations

from alembic import op

revision = "0019_invoiced_ahead"
down_revision = "0018_stamps"


def upgrade() -> None:
    """Columns that older deferrals leave empty."""
    op.execute("""
    ALTER TABLE accounting.deferral
      ADD COLUMN source_type text, ADD COLUMN source_id text,
      ADD COLUMN branch_id bigint REFERENCES core.branch (id),
      ADD CONSTRAINT ck_deferral_source CHECK (num_nonnulls(source_type, source_id) IN (0, 2))
    """)
    op.execute("CREATE INDEX ix_deferral_branch_id ON accounting.deferral (branch_id)")
    op.execute("""
    CREATE UNIQUE INDEX uq_deferral_source ON accounting.deferral (source_type, source_id)
     WHERE source_type IS NOT NULL AND state = 'running'
    """)


def downgrade() -> None:
    op.execute("""
    ALTER TABLE accounting.deferral
      DROP COLUMN source_type, DROP COLUMN source_id, DROP COLUMN branch_id
    """)
