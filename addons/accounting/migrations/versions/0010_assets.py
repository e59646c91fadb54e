"""Fixed assets, budgets and accruals."""

from __future__ import annotations

revision = "0010_assets"
down_revision = "0009_periods"


def upgrade() -> None:
    pass
