"""How addons fare in the company, and which were put aside."""

from __future__ import annotations

from alembic import op

revision = "0018_addon_health"
down_revision = "0017_repairs"

HEALTH = """
CREATE TABLE core.addon_health (
  addon text NOT NULL,
  minute timestamptz NOT NULL,
  errors bigint NOT NULL DEFAULT 0,
  slow bigint NOT NULL DEFAULT 0,
  job_failures bigint NOT NULL DEFAULT 0,
  answered bigint NOT NULL DEFAULT 0,
  last_error text NOT NULL DEFAULT '',
  last_at timestamptz,
  CONSTRAINT pk_addon_health PRIMARY KEY (addon, minute)
);
CREATE INDEX ix_addon_health_minute ON core.addon_health (minute);
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(HEALTH)


def downgrade() -> None:
    """Forget how they fared."""
    op.execute("DROP TABLE core.addon_health")
