"""The tables of background work in every tenant's database."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model, Record

JobState = Literal["queued", "running", "done", "dead", "cancelled"]

MAX_LOSSES: Final = 10
"""How often a job may lose its worker or its database before it is taken for the culprit."""


class Job(Record, Model):
    """A job that was asked for, and what became of it. Written in the asker's transaction.

    `attempts` counts tries that failed, `losses` tries that ended with the worker or the
    database gone. `worker` names the present claim, each with a name of its own, so that a
    worker that lost its job cannot finish it. A `key` is given to one job only. `trace` is the span
    that asked for it, as `traceparent`, where traces are made.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'dead', 'cancelled')", "state"),
        CheckConstraint("progress BETWEEN 0 AND 1", "progress"),
        CheckConstraint("state <> 'running' OR lease_until IS NOT NULL", "leased"),
        Index("ix_job_due", "run_at", "id", postgresql_where=text("state = 'queued'")),
        Index("ix_job_running", "lease_until", postgresql_where=text("state = 'running'")),
        Index("ix_job_finished", "finished_at", postgresql_where=text("state = 'done'")),
        Index("uq_job_key", "key", unique=True, postgresql_where=text("key <> ''")),
        {"schema": "core", "info": {"audit": "none"}},
    )

    name: Mapped[str]
    title: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    key: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="queued")
    run_at: Mapped[datetime] = mapped_column(server_default=func.now())
    attempts: Mapped[int] = mapped_column(server_default="0")
    max_attempts: Mapped[int]
    losses: Mapped[int] = mapped_column(server_default="0")
    worker: Mapped[str] = mapped_column(server_default="")
    lease_until: Mapped[datetime | None]
    progress: Mapped[Decimal] = mapped_column(server_default="0")
    progress_text: Mapped[str] = mapped_column(server_default="")
    error: Mapped[str] = mapped_column(server_default="")
    traceback: Mapped[str] = mapped_column(server_default="")
    requested_by: Mapped[str]
    requested_by_id: Mapped[int | None]
    trace: Mapped[str] = mapped_column(server_default="")
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
