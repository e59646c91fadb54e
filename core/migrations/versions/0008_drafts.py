"""Reserved for drafts."""

from __future__ import annotations

revision = "0008_drafts"
down_revision = "0007_batches"


def upgrade() -> None:
    """Nothing yet."""
