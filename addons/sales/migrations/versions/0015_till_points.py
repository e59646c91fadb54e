"""Points that are earned, used and given back at a till: by a receipt instead of a document."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015_till_points"
down_revision = "0014_tills"

_PAID = "kind IN ('redeem', 'restore')"
_BY_RECEIPT = sa.text("receipt <> ''")


def upgrade() -> None:
    op.add_column(
        "loyalty_move",
        sa.Column("receipt", sa.Text, nullable=False, server_default=""),
        schema="sales",
    )
    _check(
        f"CASE WHEN {_PAID} THEN num_nonnulls(payment_id, nullif(receipt, '')) = 1"
        " ELSE payment_id IS NULL END"
    )
    op.create_index(
        "ix_loyalty_move_receipt",
        "loyalty_move",
        ["receipt"],
        schema="sales",
        postgresql_where=_BY_RECEIPT,
    )
    # However often a receipt is told, it earns once in a programme.
    op.create_index(
        "uq_loyalty_move_earned",
        "loyalty_move",
        ["account_id", "receipt"],
        unique=True,
        schema="sales",
        postgresql_where=sa.text("kind = 'earn' AND receipt <> ''"),
    )


def downgrade() -> None:
    op.drop_index("uq_loyalty_move_earned", "loyalty_move", schema="sales")
    op.drop_index("ix_loyalty_move_receipt", "loyalty_move", schema="sales")
    _check(f"({_PAID}) = (payment_id IS NOT NULL)")
    op.drop_column("loyalty_move", "receipt", schema="sales")


def _check(condition: str) -> None:
    op.execute("ALTER TABLE sales.loyalty_move DROP CONSTRAINT ck_loyalty_move_payment")
    op.execute(
        f"ALTER TABLE sales.loyalty_move ADD CONSTRAINT ck_loyalty_move_payment CHECK ({condition})"
    )
