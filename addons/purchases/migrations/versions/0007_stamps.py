"""Stamps for prices of suppliers (core.db.stamps): the kernel puts them on at the end of every
upgrade, and this is one."""

from __future__ import annotations

revision = "0007_stamps"
down_revision = "0006_direct_and_consigned"


def upgrade() -> None:
    """Nothing of its own."""


def downgrade() -> None:
    """Nothing either: stamps that nobody looks at do no harm."""
