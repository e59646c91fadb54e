"""Saved views of lists, and which of them opens first."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006_views"
down_revision = "0005_search"

SCHEMA = "core"


def upgrade() -> None:
    """Create the tables."""
    _saved_views()
    _default_views()


def _saved_views() -> None:
    _record(
        "saved_view",
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        _reference("owner_id", "user_account", nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("query", sa.Text(), server_default="", nullable=False),
    )
    title = sa.literal_column("lower(title)")
    op.create_index(
        "uq_saved_view_shared_title",
        "saved_view",
        ["resource", title],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("shared"),
    )
    op.create_index(
        "uq_saved_view_own_title",
        "saved_view",
        ["resource", "owner_id", title],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("NOT shared"),
    )
    op.create_index("ix_saved_view_owner_id", "saved_view", ["owner_id"], schema=SCHEMA)


def _default_views() -> None:
    _record(
        "default_view",
        sa.Column("resource", sa.Text(), nullable=False),
        _reference("user_id", "user_account"),
        _reference("role_id", "role"),
        sa.Column("view", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(user_id, role_id) = 1", name=op.f("ck_default_view_for_one")
        ),
        sa.UniqueConstraint("resource", "user_id", name=op.f("uq_default_view_resource_user_id")),
        sa.UniqueConstraint("resource", "role_id", name=op.f("uq_default_view_resource_role_id")),
    )
    for column in ("user_id", "role_id"):
        op.create_index(f"ix_default_view_{column}", "default_view", [column], schema=SCHEMA)


def _record(table: str, *items: Any) -> None:
    now = sa.func.now()
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        *items,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        schema=SCHEMA,
    )


def _reference(name: str, table: str, *, nullable: bool = True) -> sa.Column[int]:
    target = sa.ForeignKey(f"{SCHEMA}.{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.BigInteger(), target, nullable=nullable)
