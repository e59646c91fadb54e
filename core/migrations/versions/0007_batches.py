"""Changes of many records at once: what was asked for, and what became of each record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007_batches"
down_revision = "0006_views"

_STATES = "state IN ('waiting', 'done', 'refused', 'cancelled')"
_OUTCOMES = "outcome IN ('waiting', 'done', 'same', 'failed', 'overtaken')"


def upgrade() -> None:
    """Create the tables."""
    _batch()
    _item()


def _batch() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), server_default="", nullable=False),
        sa.Column("fields", JSONB(), server_default="{}", nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("undoes_id", sa.BigInteger()),
        sa.Column("job_id", sa.BigInteger()),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.BigInteger()),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["core.batch.id"], name=op.f("fk_batch_undoes_id"), ondelete="CASCADE"
        ),
        sa.CheckConstraint(_STATES, name=op.f("ck_batch_state")),
        schema="core",
    )
    op.create_index(op.f("ix_batch_made_by_id"), "batch", ["made_by_id"], schema="core")
    op.create_index(op.f("ix_batch_created_at"), "batch", ["created_at"], schema="core")
    op.create_index(
        op.f("uq_batch_undoes_id"),
        "batch",
        ["undoes_id"],
        unique=True,
        schema="core",
        postgresql_where=sa.text("state IN ('waiting', 'done')"),
    )


def _item() -> None:
    op.create_table(
        "batch_item",
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("title", JSONB()),
        sa.Column("expects", sa.BigInteger()),
        sa.Column("restores", JSONB()),
        sa.Column("outcome", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("before", JSONB()),
        sa.Column("version", sa.BigInteger()),
        sa.Column("note", JSONB()),
        sa.PrimaryKeyConstraint("batch_id", "place", name=op.f("pk_batch_item")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["core.batch.id"], name=op.f("fk_batch_item_batch_id"), ondelete="CASCADE"
        ),
        sa.CheckConstraint(_OUTCOMES, name=op.f("ck_batch_item_outcome")),
        schema="core",
    )
    op.create_index(
        op.f("ix_batch_item_batch_id_outcome"),
        "batch_item",
        ["batch_id", "outcome"],
        schema="core",
    )
