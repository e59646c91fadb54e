"""Loyalty points as a way to pay, and how many of them a payment took."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_points"
down_revision = "0002_operations"

_KINDS = "'cash', 'card', 'transfer', 'gift_card', 'credit', 'other'"


def upgrade() -> None:
    _check(f"kind IN ({_KINDS}, 'loyalty')")
    op.add_column("sale_payment", sa.Column("points", sa.Numeric), schema="pos")


def downgrade() -> None:
    op.drop_column("sale_payment", "points", schema="pos")
    _check(f"kind IN ({_KINDS})")


def _check(condition: str) -> None:
    op.execute("ALTER TABLE pos.method DROP CONSTRAINT ck_method_kind")
    op.execute(f"ALTER TABLE pos.method ADD CONSTRAINT ck_method_kind CHECK ({condition})")
