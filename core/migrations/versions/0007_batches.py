"""Reserved for batches."""

from __future__ import annotations

revision = "0007_batches"
down_revision = "0006_views"


def upgrade() -> None:
    """Nothing yet."""
