"""Reserved for custom fields."""

from __future__ import annotations

revision = "0013_custom_fields"
down_revision = "0012_imports"


def upgrade() -> None:
    """Nothing yet."""
