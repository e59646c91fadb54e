"""To be filled."""

from __future__ import annotations

revision = "0010_portal"
down_revision = "0009_commissions"


def upgrade() -> None:
    """To be filled."""


def downgrade() -> None:
    """To be filled."""
