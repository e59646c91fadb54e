"""What keys and proofs that grow old need: under which master key a backup is, since when a tenant
has its credentials, and whether a domain is still proved."""

from __future__ import annotations

from alembic import op

revision = "0016_secrets"
down_revision = "0015_limits"

KEYS = """
ALTER TABLE tenants.backup ADD COLUMN master_key text NOT NULL DEFAULT '';
ALTER TABLE tenants.organization ADD COLUMN credentials_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE tenants.domain
  ADD COLUMN token text NOT NULL DEFAULT '',
  ADD COLUMN checked_at timestamptz,
  ADD COLUMN unproved_since timestamptz,
  ADD COLUMN problem text NOT NULL DEFAULT ''
"""


def upgrade() -> None:
    """Add the columns."""
    op.execute(KEYS)


def downgrade() -> None:
    """Forget them."""
    op.execute(
        "ALTER TABLE tenants.domain"
        " DROP COLUMN token, DROP COLUMN checked_at, DROP COLUMN unproved_since,"
        " DROP COLUMN problem"
    )
    op.execute("ALTER TABLE tenants.organization DROP COLUMN credentials_at")
    op.execute("ALTER TABLE tenants.backup DROP COLUMN master_key")
