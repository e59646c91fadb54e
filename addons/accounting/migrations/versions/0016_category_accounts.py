"""Accounts of product categories, where they differ from the company's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016_category_accounts"
down_revision = "0015_waiting"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "category_account",
        sa.Column("category_id", sa.BigInteger, nullable=False),
        sa.Column("category", sa.Text, server_default="", nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        *(
            sa.Column(
                name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
            )
            for name in ("created_at", "updated_at")
        ),
        sa.CheckConstraint("purpose <> ''", name=op.f("ck_category_account_purpose")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounting.account.id"], name="fk_category_account_account_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_category_account"),
        sa.UniqueConstraint(
            "category_id", "purpose", name="uq_category_account_category_id_purpose"
        ),
        schema="accounting",
    )
    op.create_index(
        "ix_category_account_account_id", "category_account", ["account_id"], schema="accounting"
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("category_account", schema="accounting")


def _moment(name: str) -> sa.Column:
    now = sa.func.now()
    return sa.Column(name, sa.DateTime(timezone=True), server_default=now, nullable=False)
