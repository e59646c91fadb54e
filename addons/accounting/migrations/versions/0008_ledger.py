"""Currency rates, dimensions, recurring entries and openings."""

from __future__ import annotations

revision = "0008_ledger"
down_revision = "0007_bank"


def upgrade() -> None:
    pass
