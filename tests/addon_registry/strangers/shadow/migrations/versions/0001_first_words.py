"""The table of first words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_first_words"
down_revision = None


def upgrade() -> None:
    now = sa.text("now()")
    op.create_table(
        "first_words",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=now),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=now),
        sa.Column("notice_id", sa.BigInteger, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_first_words"),
        sa.UniqueConstraint("notice_id", name="uq_first_words_notice_id"),
        schema="shadow",
    )


def downgrade() -> None:
    op.drop_table("first_words", schema="shadow")
