"""What was installed into the deployment, and what came of it."""

from __future__ import annotations

revision = "0006_deployment"
down_revision = "0005_outside"


def upgrade() -> None:
    """Nothing yet stands here."""
