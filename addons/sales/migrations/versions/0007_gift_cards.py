"""To be filled."""

from __future__ import annotations

revision = "0007_gift_cards"
down_revision = "0006_promotions"


def upgrade() -> None:
    """To be filled."""


def downgrade() -> None:
    """To be filled."""
