"""How addons fare in the company, and which were put aside."""

from __future__ import annotations

revision = "0018_addon_health"
down_revision = "0017_repairs"


def upgrade() -> None:
    """Nothing yet stands here."""
