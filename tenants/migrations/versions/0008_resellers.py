"""Resellers, their catalogues, and whose customer an organization is."""

from __future__ import annotations

revision = "0008_resellers"
down_revision = "0007_licences"


def upgrade() -> None:
    """Nothing yet stands here."""
