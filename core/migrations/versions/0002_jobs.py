"""Background jobs: one table, which is the outbox too."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002_jobs"
down_revision = "0001_kernel"


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger, sa.Identity()),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("arguments", JSONB, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("key", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.Column("state", sa.Text, nullable=False, server_default=sa.text("'queued'")),
        _time("run_at", nullable=False, server_default=sa.func.now()),
        sa.Column("attempts", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("max_attempts", sa.BigInteger, nullable=False),
        sa.Column("losses", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("worker", sa.Text, nullable=False, server_default=sa.text("''")),
        _time("lease_until"),
        sa.Column("progress", sa.Numeric, nullable=False, server_default=sa.text("0")),
        sa.Column("progress_text", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.Column("error", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.Column("traceback", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("requested_by_id", sa.BigInteger),
        _time("started_at"),
        _time("finished_at"),
        sa.Column("version", sa.BigInteger, nullable=False, server_default=sa.text("1")),
        _time("created_at", nullable=False, server_default=sa.func.now()),
        _time("updated_at", nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'dead', 'cancelled')", "ck_job_state"
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 1", "ck_job_progress"),
        sa.CheckConstraint("state <> 'running' OR lease_until IS NOT NULL", "ck_job_leased"),
        schema="core",
    )
    _index("ix_job_due", "run_at", "id", where="state = 'queued'")
    _index("ix_job_running", "lease_until", where="state = 'running'")
    _index("ix_job_finished", "finished_at", where="state = 'done'")
    _index("uq_job_key", "key", where="key <> ''", unique=True)


def _time(name: str, **options: Any) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def _index(name: str, *columns: str, where: str, unique: bool = False) -> None:
    op.create_index(
        name, "job", list(columns), unique=unique, schema="core", postgresql_where=sa.text(where)
    )
