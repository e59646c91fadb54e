"""Reserved for live."""

from __future__ import annotations

revision = "0010_live"
down_revision = "0009_conversation"


def upgrade() -> None:
    """Nothing yet."""
