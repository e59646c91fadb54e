"""Reserved for printing."""

from __future__ import annotations

revision = "0011_printing"
down_revision = "0010_live"


def upgrade() -> None:
    """Nothing yet."""
