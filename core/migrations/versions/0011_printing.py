"""Designs of printed documents, the log of prints, and the files of print runs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011_printing"
down_revision = "0010_live"

SCHEMA = "core"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "print_design",
        _identity(),
        _text("subject"),
        _text("language"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("settings", JSONB(), nullable=False),
        _text("author"),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_design")),
        _unique("print_design", "subject", "language", "number"),
        schema=SCHEMA,
    )
    op.create_table(
        "printed_copy",
        _identity(),
        *(_text(name) for name in ("resource", "record", "form")),
        sa.Column("number", sa.BigInteger(), nullable=False),
        *(_text(name) for name in ("language", "way", "author")),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        _moment("printed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_copy")),
        _unique("printed_copy", "resource", "record", "form", "number"),
        schema=SCHEMA,
    )
    _print_run()


def _print_run() -> None:
    op.create_table(
        "print_run",
        sa.Column(
            "job_id",
            sa.BigInteger(),
            sa.ForeignKey(f"{SCHEMA}.job.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        _text("digest"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        _text("name"),
        sa.Column("documents", sa.BigInteger(), nullable=False),
        sa.Column("left_out", sa.BigInteger(), nullable=False),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_print_run")),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_print_run_created_at"), "print_run", ["created_at"], schema=SCHEMA)


def _identity() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))
