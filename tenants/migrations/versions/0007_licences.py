"""Licences of organizations, keys that are trusted, and what was revoked."""

from __future__ import annotations

revision = "0007_licences"
down_revision = "0006_deployment"


def upgrade() -> None:
    """Nothing yet stands here."""
