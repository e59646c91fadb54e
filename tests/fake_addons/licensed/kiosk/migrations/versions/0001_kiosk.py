"""The tables of the kiosk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_kiosk"
down_revision = None


def upgrade() -> None:
    _table("sale", sa.Column("article", sa.Text, nullable=False))
    amount = sa.Column("amount", sa.BigInteger, server_default="0", nullable=False)
    _table("price", sa.Column("article", sa.Text, nullable=False), amount)
    _table("run", sa.Column("job", sa.Text, nullable=False))


def _table(name: str, *columns: sa.Column) -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        name,
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        *columns,
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", moment, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        schema="kiosk",
    )
