"""How far a job is, written so that others see it while its transaction is still open."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.db.engine import TenantEngine
from core.db.session import binding, tenant_session
from core.errors import NotFound, Unavailable
from core.i18n.phrases import phrase
from core.jobs.models import Job
from core.tenancy.tenant import Tenant

PAUSE: Final = 0.3
"""Seconds between two reports that are written; those between are dropped."""


class JobCancelled(Exception):
    """The job was taken from its worker while it ran; what it did is rolled back."""


@dataclass(slots=True)
class RunningJob:
    """The job that a session runs, as `report_progress` needs it."""

    engine: TenantEngine
    tenant: Tenant
    id: int
    worker: str
    reported_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a job stands: `fraction` from 0 to 1, and a sentence of the job's own."""

    job_id: int
    title: str
    state: str
    fraction: float
    text: str
    error: str
    requested_by_id: int | None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it by itself."""
        return self.state in ("done", "dead", "cancelled")


def report_progress(session: Session, fraction: float, text: str = "") -> None:
    """Say how far the running job is; outside a job this does nothing, so services may call it.

    Raises JobCancelled when somebody cancelled the job meanwhile.
    """
    job: RunningJob | None = binding(session).context.get("job")
    now = time.monotonic()
    if job is None or now - job.reported_at < PAUSE:
        return
    job.reported_at = now
    values = {
        "id": job.id,
        "worker": job.worker,
        "fraction": min(1.0, max(0.0, fraction)),
        "text": text,
    }
    try:
        with tenant_session(job.engine, job.tenant) as aside:
            mine = aside.connection().execute(_REPORT, values).rowcount
    except Unavailable:
        return  # the next report may get through; the job itself is not in danger
    if not mine:
        raise JobCancelled(f"job {job.id} was cancelled")


def progress_of(session: Session, job_id: int) -> Progress:
    """Where a job stands; raises NotFound."""
    job = session.get(Job, job_id, populate_existing=True)
    if job is None:
        raise NotFound(phrase("There is no job {number}.", number=str(job_id)))
    return Progress(
        job_id=job.id,
        title=job.title,
        state=job.state,
        fraction=float(job.progress),
        text=job.progress_text,
        error=job.error,
        requested_by_id=job.requested_by_id,
    )


_REPORT = text(
    "UPDATE core.job SET progress = :fraction, progress_text = :text"
    " WHERE id = :id AND worker = :worker AND state = 'running'"
)
