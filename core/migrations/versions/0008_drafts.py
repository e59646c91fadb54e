"""What people have typed and not saved, and who has which record open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008_drafts"
down_revision = "0007_batches"


def upgrade() -> None:
    """Create both tables."""
    _drafts()
    _open_records()


def _drafts() -> None:
    op.create_table(
        "form_draft",
        _user(),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        _moment("saved_at"),
        sa.PrimaryKeyConstraint("user_id", "token", name=op.f("pk_form_draft")),
        schema="core",
    )
    op.create_index("ix_form_draft_user_id_form", "form_draft", ["user_id", "form"], schema="core")
    op.create_index(op.f("ix_form_draft_saved_at"), "form_draft", ["saved_at"], schema="core")


def _open_records() -> None:
    op.create_table(
        "open_record",
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        _user(),
        sa.Column("editing", sa.Boolean(), nullable=False),
        _moment("seen_at"),
        sa.PrimaryKeyConstraint("resource", "record_id", "user_id", name=op.f("pk_open_record")),
        schema="core",
    )
    op.create_index(op.f("ix_open_record_user_id"), "open_record", ["user_id"], schema="core")
    op.create_index(op.f("ix_open_record_seen_at"), "open_record", ["seen_at"], schema="core")


def _user() -> sa.Column[int]:
    account = sa.ForeignKey("core.user_account.id", ondelete="CASCADE")
    return sa.Column("user_id", sa.BigInteger(), account, nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
