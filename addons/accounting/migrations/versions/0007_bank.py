"""Bank statements and the rules that match them."""

from __future__ import annotations

revision = "0007_bank"
down_revision = "0006_payments"


def upgrade() -> None:
    pass
