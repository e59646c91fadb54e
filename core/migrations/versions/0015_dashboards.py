"""Arranged start pages, first steps waved aside, and tickets into a sample company."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015_dashboards"
down_revision = "0014_webhooks"

SCHEMA = "core"


def upgrade() -> None:
    """Create the tables."""
    _layouts()
    op.create_table(
        "onboarding_dismissal",
        _reference("user_id", "user_account", nullable=False),
        _moment("dismissed_at"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_onboarding_dismissal")),
        schema=SCHEMA,
    )
    op.create_table(
        "sample_ticket",
        sa.Column("token_hash", sa.Text(), nullable=False),
        _reference("user_id", "user_account", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sample_ticket")),
        schema=SCHEMA,
    )
    op.create_index("ix_sample_ticket_user_id", "sample_ticket", ["user_id"], schema=SCHEMA)


def _layouts() -> None:
    op.create_table(
        "dashboard_layout",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        _reference("user_id", "user_account"),
        _reference("role_id", "role"),
        sa.Column("content", JSONB(), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(user_id, role_id) = 1", name=op.f("ck_dashboard_layout_for_one")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dashboard_layout")),
        sa.UniqueConstraint("user_id", name=op.f("uq_dashboard_layout_user_id")),
        sa.UniqueConstraint("role_id", name=op.f("uq_dashboard_layout_role_id")),
        schema=SCHEMA,
    )


def _moment(name: str) -> sa.Column:
    now = sa.func.now()
    return sa.Column(name, sa.DateTime(timezone=True), server_default=now, nullable=False)


def _reference(name: str, table: str, *, nullable: bool = True) -> sa.Column[int]:
    target = sa.ForeignKey(f"{SCHEMA}.{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.BigInteger(), target, nullable=nullable)
