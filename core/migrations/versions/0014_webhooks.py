"""Reserved for webhooks."""

from __future__ import annotations

revision = "0014_webhooks"
down_revision = "0013_custom_fields"


def upgrade() -> None:
    """Nothing yet."""
