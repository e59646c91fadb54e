"""Stamps for what hardly ever changes (core.db.stamps): the kernel puts them on at the end of every
upgrade, and this is one."""

from __future__ import annotations

revision = "0004_stamps"
down_revision = "0003_portal"


def upgrade() -> None:
    """Nothing of its own."""


def downgrade() -> None:
    """Nothing either: stamps that nobody looks at do no harm."""
