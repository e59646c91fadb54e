"""What a person can do about a job: mend its arguments, run it again, or cancel it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.jobs.models import Job
from core.jobs.queue import announce, check_arguments


def repair(session: Session, job_id: int, arguments: Mapping[str, Any]) -> Job:
    """Give a job that is not running other arguments; it still has to be replayed if dead."""
    job = _locked(session, job_id)
    if job.state not in ("queued", "dead", "cancelled"):
        raise Conflict(
            f"The job “{job.title}” is {job.state}; its arguments cannot be changed now.",
            fix="Wait until it has failed, or ask for a new job.",
        )
    check_arguments(job.name, dict(arguments))
    job.arguments = dict(arguments)
    session.flush()
    return job


def replay(session: Session, job_id: int) -> Job:
    """Queue a dead or cancelled job again, with all its tries."""
    job = _locked(session, job_id)
    if job.state not in ("dead", "cancelled"):
        raise Conflict(
            f"The job “{job.title}” is {job.state}; only a dead or cancelled one is run again.",
            fix="Reload the page to see where it stands.",
        )
    job.state, job.attempts, job.losses = "queued", 0, 0
    job.error, job.traceback, job.progress, job.progress_text = "", "", Decimal(0), ""
    job.finished_at = None
    job.run_at = func.now()
    session.flush()
    announce(session)
    return job


def cancel(session: Session, job_id: int) -> Job:
    """Cancel a job. What a running one has done is rolled back when it ends or reports."""
    job = _locked(session, job_id)
    if job.state in ("done", "cancelled"):
        raise Conflict(
            f"The job “{job.title}” is {job.state}; it can no longer be cancelled.",
            fix="Reload the page to see where it stands.",
        )
    job.state, job.lease_until, job.finished_at = "cancelled", None, func.now()
    session.flush()
    return job


def _locked(session: Session, job_id: int) -> Job:
    job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None:
        raise NotFound(f"There is no job {job_id}.")
    return job
