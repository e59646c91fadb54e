"""The jobs of the control plane that carry out what happens to organizations."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.custody.takeout import AREA
from core.db.base import utc_now
from core.db.session import binding
from core.declare import Job, Schedule, msg
from core.jobs.progress import report_progress
from core.kernel import Kernel
from tenants.control import control
from tenants.life import finishing, steps
from tenants.life_models import FormerSlug, OrganizationExport
from tenants.provisioning.templates import Progress

KEPT: Final = timedelta(days=7)
"""How long an export can be downloaded."""
_HOURS: Final = 6 * 3600


def telling(session: Session) -> Progress:
    """Says of the job of this session what it does; each sentence is a third of what is left."""
    told = 0.0

    def progress(text: str) -> None:
        nonlocal told
        told += (1 - told) / 3
        report_progress(session, told, text)

    return progress


def _finish(session: Session, *, organization_id: str) -> None:
    kernel: Kernel = binding(session).context["kernel"]
    finishing.finish(kernel, organization_id, telling(session))


def _export(session: Session, *, organization_id: str) -> None:
    bound = binding(session)
    kernel: Kernel = bound.context["kernel"]

    def say(fraction: float, text: str) -> None:
        report_progress(session, fraction, text)

    stored = finishing.pack_and_keep(kernel, organization_id, say, bound.author)
    session.add(
        OrganizationExport(
            organization_id=organization_id,
            digest=stored.digest,
            size=stored.size,
            by=bound.author.label,
        )
    )


def _tidy_up(session: Session) -> None:
    """Purge what has been in the bin for long enough; forget old exports and former slugs."""
    steps.over(session)
    session.execute(delete(FormerSlug).where(FormerSlug.until < utc_now()))
    kernel: Kernel = binding(session).context["kernel"]
    old = select(OrganizationExport).where(OrganizationExport.created_at < utc_now() - KEPT)
    for export in session.scalars(old):
        kernel.files.delete(control(kernel), export.digest, area=AREA)
        session.delete(export)


JOBS: Final = (
    Job(steps.FINISH, msg("Carry out a step of an organization"), _finish, timeout_seconds=_HOURS),
    Job(steps.EXPORT, msg("Export an organization"), _export, timeout_seconds=_HOURS),
    Job(
        "tenants.tidy_up",
        msg("Empty the bin of what has been there for long enough"),
        _tidy_up,
        schedule=Schedule("17 2 * * *"),
    ),
)
