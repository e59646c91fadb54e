"""Other companies of the same owner."""

from __future__ import annotations

revision = "0011_companies"
down_revision = "0010_assets"


def upgrade() -> None:
    pass
