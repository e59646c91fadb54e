"""Gift cards that pay at a till: by a receipt instead of a payment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014_tills"
down_revision = "0013_stamps"

_PAID = "kind IN ('redeem', 'refund', 'restore')"


def upgrade() -> None:
    op.add_column(
        "gift_card_move",
        sa.Column("receipt", sa.Text, nullable=False, server_default=""),
        schema="sales",
    )
    _check(f"({_PAID}) = (payment_id IS NOT NULL OR receipt <> '')")


def downgrade() -> None:
    _check(f"({_PAID}) = (payment_id IS NOT NULL)")
    op.drop_column("gift_card_move", "receipt", schema="sales")


def _check(condition: str) -> None:
    op.execute("ALTER TABLE sales.gift_card_move DROP CONSTRAINT ck_gift_card_move_payment")
    op.execute(
        "ALTER TABLE sales.gift_card_move ADD CONSTRAINT ck_gift_card_move_payment"
        f" CHECK ({condition})"
    )
