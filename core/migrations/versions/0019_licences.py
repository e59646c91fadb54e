"""What the company knows of its licences."""

from __future__ import annotations

revision = "0019_licences"
down_revision = "0018_addon_health"


def upgrade() -> None:
    """Nothing yet stands here."""
