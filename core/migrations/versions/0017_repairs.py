"""Reserved for repairs."""

from __future__ import annotations

revision = "0017_repairs"
down_revision = "0016_operator_access"


def upgrade() -> None:
    """Nothing yet."""
