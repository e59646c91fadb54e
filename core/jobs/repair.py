"""What a person can do about a job: mend its arguments, run it again, or cancel it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.i18n.phrases import Phrase, phrase
from core.jobs.models import Job
from core.jobs.queue import announce, check_arguments

REPAIRABLE: Final = frozenset({"queued", "dead", "cancelled"})
REPLAYABLE: Final = frozenset({"dead", "cancelled"})
CANCELLABLE: Final = frozenset({"queued", "running", "dead"})


def repair(session: Session, job_id: int, arguments: Mapping[str, Any]) -> Job:
    """Give a job that is not running other arguments; it still has to be replayed if dead."""
    job = _locked(session, job_id)
    _require(
        job, REPAIRABLE, phrase("The arguments of “{job}” cannot be changed now.", job=job.title)
    )
    check_arguments(job.name, dict(arguments))
    job.arguments = dict(arguments)
    session.flush()
    return job


def replay(session: Session, job_id: int) -> Job:
    """Queue a dead or cancelled job again, with all its tries."""
    job = _locked(session, job_id)
    _require(job, REPLAYABLE, phrase("“{job}” neither failed nor was cancelled.", job=job.title))
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
    _require(job, CANCELLABLE, phrase("“{job}” can no longer be cancelled.", job=job.title))
    job.state, job.lease_until, job.finished_at = "cancelled", None, func.now()
    session.flush()
    return job


def _locked(session: Session, job_id: int) -> Job:
    job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None:
        raise NotFound(phrase("There is no job {number}.", number=str(job_id)))
    return job


def _require(job: Job, states: frozenset[str], refusal: Phrase) -> None:
    if job.state not in states:
        raise Conflict(refusal, fix=phrase("Load the page again to see where the job stands."))
