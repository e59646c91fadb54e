"""To be filled."""

from __future__ import annotations

revision = "0009_commissions"
down_revision = "0008_recurring"


def upgrade() -> None:
    """To be filled."""


def downgrade() -> None:
    """To be filled."""
