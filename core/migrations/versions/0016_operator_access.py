"""Reserved for operator access."""

from __future__ import annotations

revision = "0016_operator_access"
down_revision = "0015_dashboards"


def upgrade() -> None:
    """Nothing yet."""
