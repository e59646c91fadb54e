"""The table of notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_notices"
down_revision = None


def upgrade() -> None:
    now = sa.text("now()")
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=now),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=now),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False, server_default=""),
        sa.Column("until", sa.Date),
        sa.Column("pinned", sa.Boolean, nullable=False, server_default="false"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        schema="notice_board",
    )


def downgrade() -> None:
    op.drop_table("notice", schema="notice_board")
