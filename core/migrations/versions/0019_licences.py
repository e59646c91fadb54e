"""The highest time that the company's database has seen, and documents made under a quota."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019_licences"
down_revision = "0018_addon_health"


def upgrade() -> None:
    """Add the column to the addons' own table, and the table of documents made."""
    op.add_column("addon", sa.Column("seen_at", sa.DateTime(timezone=True)), schema="core")
    op.create_table(
        "documents_made",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("addon", sa.Text, nullable=False),
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents_made"),
        schema="core",
    )
    op.create_index("ix_documents_made_addon", "documents_made", ["addon", "month"], schema="core")
