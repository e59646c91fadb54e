"""The control plane's tables about work: whom to look at, what is planned, who is working."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Identity, Index, func, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from core.db.base import Model
from tenants.models import SCHEMA, Organization

_UNAUDITED = {"schema": SCHEMA, "info": {"audit": "none"}}


class WorkSignal(Model):
    """When a tenant has to be looked at next. `ticket` is set while a wake-up is on its way.

    The tenant may be the control plane itself, which is no organization.
    """

    __tablename__ = "work_signal"
    __table_args__ = (Index("ix_work_signal_due", "due_at"), _UNAUDITED)

    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    touched_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When somebody last said that there is work; see `tenants.work_board`."""
    ticket: Mapped[int | None]
    sent_at: Mapped[datetime | None]
    plan: Mapped[str] = mapped_column(server_default="")
    """Which plan its schedules were made from; changes with the addons that are enabled."""
    dead: Mapped[int] = mapped_column(server_default="0")
    """How many of its jobs failed for good, as its workers last told."""

    organization: Mapped[Organization | None] = relationship(
        primaryjoin=lambda: foreign(WorkSignal.tenant_id) == Organization.id, viewonly=True
    )


class TenantSchedule(Model):
    """A job of a tenant that runs by itself. `next_run_at` is planned and names the run;
    `due_at` is when to start it, later than planned if that was tried and failed."""

    __tablename__ = "schedule"
    __table_args__ = (Index("ix_schedule_due", "due_at"), _UNAUDITED)

    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(primary_key=True)
    cron: Mapped[str]
    timezone: Mapped[str]
    next_run_at: Mapped[datetime]
    due_at: Mapped[datetime]
    last_run_at: Mapped[datetime | None]


class Worker(Model):
    """A worker process, as it last reported; one that is silent for long is dead."""

    __tablename__ = "worker"
    __table_args__ = (_UNAUDITED,)

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    threads: Mapped[int]
    running: Mapped[int]
    done: Mapped[int]
    failed: Mapped[int]


# The tables that huey's PostgreSQL storage works with, as it names and shapes them.


class HueyTask(Model):
    """Wake-ups on their way."""

    __tablename__ = "huey_task"
    __table_args__ = (
        Index("huey_task_queue_priority_id", "queue", text("priority DESC"), "id"),
        _UNAUDITED,
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    queue: Mapped[str]
    data: Mapped[bytes]
    priority: Mapped[float] = mapped_column(server_default=text("0"))


class HueySchedule(Model):
    """Delayed messages; ours never are, but huey's consumer looks."""

    __tablename__ = "huey_schedule"
    __table_args__ = (Index("huey_schedule_queue_timestamp", "queue", "timestamp"), _UNAUDITED)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    queue: Mapped[str]
    data: Mapped[bytes]
    timestamp: Mapped[float]


class HueyKeyValue(Model):
    """Results and revocations; we have neither, but huey looks for revocations."""

    __tablename__ = "huey_kv"
    __table_args__ = (_UNAUDITED,)

    queue: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes]


MODELS = (WorkSignal, TenantSchedule, Worker, HueyTask, HueySchedule, HueyKeyValue)
