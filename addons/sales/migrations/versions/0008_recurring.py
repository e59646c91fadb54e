"""To be filled."""

from __future__ import annotations

revision = "0008_recurring"
down_revision = "0007_gift_cards"


def upgrade() -> None:
    """To be filled."""


def downgrade() -> None:
    """To be filled."""
