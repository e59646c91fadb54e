"""Settlements of open items."""

from __future__ import annotations

revision = "0005_settlement"
down_revision = "0004_foundations"


def upgrade() -> None:
    pass
