"""A role may be held until a moment: an auditor's ends by itself."""

from __future__ import annotations

from alembic import op

revision = "0021_expiring_roles"
down_revision = "0020_plain_search"


def upgrade() -> None:
    op.execute("ALTER TABLE core.user_role ADD COLUMN expires_at timestamptz")
