"""Reserved for search."""

from __future__ import annotations

revision = "0005_search"
down_revision = "0004_web"


def upgrade() -> None:
    """Nothing yet."""
