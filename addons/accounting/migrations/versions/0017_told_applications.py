"""Which applications of credit the books were told of, so that a second telling settles nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017_told_applications"
down_revision = "0016_category_accounts"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "told_application",
        sa.Column("source_type", sa.Text, nullable=False),
        sa.Column("source_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("source_type", "source_id", name="pk_told_application"),
        schema="accounting",
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("told_application", schema="accounting")
