"""Reserved for conversation."""

from __future__ import annotations

revision = "0009_conversation"
down_revision = "0008_drafts"


def upgrade() -> None:
    """Nothing yet."""
