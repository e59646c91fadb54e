"""Reserved for views."""

from __future__ import annotations

revision = "0006_views"
down_revision = "0005_search"


def upgrade() -> None:
    """Nothing yet."""
