"""Payment terms, payments, cheques and dunning."""

from __future__ import annotations

revision = "0006_payments"
down_revision = "0005_settlement"


def upgrade() -> None:
    pass
