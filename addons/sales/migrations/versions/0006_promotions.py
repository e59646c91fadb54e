"""To be filled."""

from __future__ import annotations

revision = "0006_promotions"
down_revision = "0005_figures"


def upgrade() -> None:
    """To be filled."""


def downgrade() -> None:
    """To be filled."""
