"""The job that tries an upgrade on a copy of a company's database, asked for by a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.session import binding
from core.declare import Job, msg
from core.errors import Conflict
from core.i18n import phrase
from core.jobs.models import Job as AskedJob
from core.jobs.progress import Progress, progress_of, report_progress
from core.jobs.queue import enqueue
from core.kernel import Kernel
from tenants import organizations
from tenants.rehearsal import rehearse

REHEARSE: Final = "tenants.rehearse"
_SHOWN: Final = 3
_STEPS: Final = 5
"""Sentences that a rehearsal says on its way, and one more."""
_HOURS: Final = 6 * 3600


def ask(session: Session, slug: str) -> int:
    """Ask for a rehearsal with a company, and return the number of the job. Raises NotFound, and
    Conflict where one with this company is under way."""
    organization = organizations.find(session, slug.strip().lower())
    mine = AskedJob.arguments["slug"].astext == organization.slug
    asked = select(AskedJob.id).where(AskedJob.name == REHEARSE, mine)
    last = session.scalar(asked.order_by(AskedJob.id.desc()).limit(1))
    if last is not None and not progress_of(session, last).ended:
        raise Conflict(
            phrase("A rehearsal with {slug} is under way.", slug=organization.slug),
            fix=phrase("Wait for its report."),
        )
    title = phrase("Rehearse the upgrade with {slug}", slug=organization.slug)
    return enqueue(session, REHEARSE, title=title, slug=organization.slug)


def newest(session: Session) -> Sequence[Progress]:
    """The last ones that were asked for, the newest first, and how far they are."""
    asked = select(AskedJob.id).where(AskedJob.name == REHEARSE)
    ids = session.scalars(asked.order_by(AskedJob.id.desc()).limit(_SHOWN)).all()
    return [progress_of(session, job_id) for job_id in ids]


def _rehearse(session: Session, *, slug: str) -> None:
    kernel: Kernel = binding(session).context["kernel"]
    said = 0

    def progress(step: str) -> None:
        nonlocal said
        said += 1
        report_progress(session, min(said / _STEPS, 0.9), step)

    rehearse(kernel, slug, progress)


JOBS: Final = (
    Job(
        REHEARSE,
        msg("Try the upgrade on a copy of a company"),
        _rehearse,
        timeout_seconds=_HOURS,
        max_attempts=1,
    ),
)
