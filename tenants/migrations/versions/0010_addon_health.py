"""How addons fare in the deployment."""

from __future__ import annotations

revision = "0010_addon_health"
down_revision = "0009_brands"


def upgrade() -> None:
    """Nothing yet stands here."""
