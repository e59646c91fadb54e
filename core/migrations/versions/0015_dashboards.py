"""Reserved for dashboards."""

from __future__ import annotations

revision = "0015_dashboards"
down_revision = "0014_webhooks"


def upgrade() -> None:
    """Nothing yet."""
