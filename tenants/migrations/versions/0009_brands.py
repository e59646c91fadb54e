"""Brands: names, colours and addresses under which the platform is sold."""

from __future__ import annotations

revision = "0009_brands"
down_revision = "0008_resellers"


def upgrade() -> None:
    """Nothing yet stands here."""
