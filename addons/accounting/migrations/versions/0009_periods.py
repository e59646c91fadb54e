"""Lock dates and the closing of periods."""

from __future__ import annotations

revision = "0009_periods"
down_revision = "0008_ledger"


def upgrade() -> None:
    pass
