"""Whoever used a code for a device, so that it gets its answer again where that was lost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_binding_again"
down_revision = "0003_points"


def upgrade() -> None:
    op.add_column("binding_code", sa.Column("key_digest", sa.Text), schema="pos")
    op.add_column(
        "binding_code",
        sa.Column("binding_id", sa.BigInteger, sa.ForeignKey("pos.binding.id", ondelete="CASCADE")),
        schema="pos",
    )
    op.create_index("ix_binding_code_binding_id", "binding_code", ["binding_id"], schema="pos")


def downgrade() -> None:
    op.drop_column("binding_code", "binding_id", schema="pos")
    op.drop_column("binding_code", "key_digest", schema="pos")
