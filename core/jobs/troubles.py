"""Jobs that failed for good, as troubles: one for each kind of job, however many failed."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.declare import Remedy, Trouble, msg
from core.i18n.phrases import phrase
from core.jobs.models import Job
from core.jobs.permissions import MANAGE
from core.jobs.repair import replay


def failed_jobs(session: Session) -> list[Trouble]:
    """The newest error is the cause; running them again is the remedy."""
    dead = (
        select(Job.name, func.count().label("count"), func.max(Job.id).label("newest"))
        .where(Job.state == "dead")
        .group_by(Job.name)
        .order_by(Job.name)
        .subquery()
    )
    statement = select(Job, dead.c.count).join(dead, dead.c.newest == Job.id).order_by(Job.name)
    return [_trouble(job, count) for job, count in session.execute(statement)]


def _trouble(job: Job, count: int) -> Trouble:
    title = (
        phrase("“{job}” failed", job=phrase(job.title))
        if count == 1
        else phrase("“{job}” failed {count} times", job=phrase(job.title), count=count)
    )
    several = "?" + urlencode({"state": "dead"})
    return Trouble(
        key=f"jobs:{job.name}",
        title=title,
        cause=job.error,
        url=f"/core/jobs/{job.id}" if count == 1 else f"/core/jobs{several}",
        remedy=Remedy(msg("Run again"), MANAGE, run=partial(_replay_all, name=job.name)),
    )


def _replay_all(session: Session, name: str) -> str:
    dead = select(Job.id).where(Job.name == name, Job.state == "dead").order_by(Job.id)
    ids = list(session.scalars(dead))
    for job_id in ids:
        replay(session, job_id)
    return phrase("{count} queued again.", count=len(ids))
