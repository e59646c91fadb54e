"""Reserved for imports."""

from __future__ import annotations

revision = "0012_imports"
down_revision = "0011_printing"


def upgrade() -> None:
    """Nothing yet."""
