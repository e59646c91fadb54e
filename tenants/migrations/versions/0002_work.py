"""Which tenants have work, their schedules, the workers, and huey's tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_work"
down_revision = "0001_control_plane"


def upgrade() -> None:
    _create_signals()
    _create_schedules()
    _create_workers()
    _create_huey()


def _create_signals() -> None:
    op.create_table(
        "work_signal",
        _text("tenant_id"),
        _time("due_at"),
        _time("touched_at", now=True),
        sa.Column("ticket", sa.BigInteger),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("plan", sa.Text, server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name="pk_work_signal"),
        schema="tenants",
    )
    op.create_index("ix_work_signal_due", "work_signal", ["due_at"], schema="tenants")


def _create_schedules() -> None:
    op.create_table(
        "schedule",
        _text("tenant_id"),
        _text("job"),
        _text("cron"),
        _text("timezone"),
        _time("next_run_at"),
        _time("due_at"),
        sa.Column("last_run_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("tenant_id", "job", name="pk_schedule"),
        schema="tenants",
    )
    op.create_index("ix_schedule_due", "schedule", ["due_at"], schema="tenants")


def _create_workers() -> None:
    op.create_table(
        "worker",
        _text("name"),
        _time("started_at", now=True),
        _time("seen_at", now=True),
        *(
            sa.Column(name, sa.BigInteger, nullable=False)
            for name in ("threads", "running", "done", "failed")
        ),
        sa.PrimaryKeyConstraint("name", name="pk_worker"),
        schema="tenants",
    )


def _create_huey() -> None:
    op.create_table(
        "huey_task",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        _text("queue"),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("priority", sa.Float, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_huey_task"),
        schema="tenants",
    )
    op.create_index(
        "huey_task_queue_priority_id",
        "huey_task",
        ["queue", sa.text("priority DESC"), "id"],
        schema="tenants",
    )
    op.create_table(
        "huey_schedule",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        _text("queue"),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("timestamp", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_huey_schedule"),
        schema="tenants",
    )
    op.create_index(
        "huey_schedule_queue_timestamp", "huey_schedule", ["queue", "timestamp"], schema="tenants"
    )
    op.create_table(
        "huey_kv",
        _text("queue"),
        _text("key"),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("queue", "key", name="pk_huey_kv"),
        schema="tenants",
    )


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False)


def _time(name: str, *, now: bool = False) -> sa.Column:
    default = sa.func.now() if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=False)
