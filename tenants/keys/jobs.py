"""What is done about keys by itself: sealing anew, and changing credentials that are old."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addons.options import options
from core.db.base import utc_now
from core.db.session import binding
from core.declare import Job, Schedule, msg
from core.i18n import phrase
from core.jobs.progress import report_progress
from core.jobs.queue import enqueue
from core.kernel import Kernel
from tenants.keys import databases
from tenants.keys.options import KeyOptions
from tenants.models import Organization
from tenants.provisioning.rotate import rotate
from tenants.source import SERVED

RENEW: Final = "tenants.renew_credentials"
BATCH: Final = 50
"""Organizations whose credentials are changed in one hour at the most."""
_HOURS: Final = 6 * 3600

log = structlog.get_logger(__name__)


def ask_for_new(session: Session, organization: Organization) -> None:
    """Have its credentials changed by a worker; asked twice, it is done once."""
    enqueue(
        session,
        RENEW,
        key=f"credentials:{organization.id}:{organization.generation}",
        title=phrase("New credentials for {slug}", slug=organization.slug),
        organization_id=organization.id,
    )


def _reseal(session: Session) -> None:
    """Seal anew what is left under older keys; with a single key there is nothing to do."""
    kernel: Kernel = binding(session).context["kernel"]
    if len(kernel.secrets.key_ids) == 1:
        return

    def watch(done: int, all_: int, slug: str) -> None:
        report_progress(session, done / all_, slug)

    for each in databases.look(kernel, anew=True, watch=watch):
        if each.resealed:
            log.info("sealed anew", tenant=each.slug, values=each.resealed)


def _ask_for_the_old(session: Session) -> None:
    days = options(session, KeyOptions).credential_days
    if not days:
        return
    old = Organization.credentials_at < utc_now() - timedelta(days=days)
    due = select(Organization).where(old, Organization.status.in_(SERVED))
    for each in session.scalars(due.order_by(Organization.credentials_at).limit(BATCH)):
        ask_for_new(session, each)


def _renew(session: Session, *, organization_id: str) -> None:
    found = session.get(Organization, organization_id)
    if found is not None and found.status in SERVED:
        # An old role that is still at work is retired by the sweep.
        rotate(binding(session).context["kernel"], found.slug)


JOBS: Final = (
    Job(
        "tenants.reseal",
        msg("Seal anew what is under an older master key"),
        _reseal,
        schedule=Schedule("41 1 * * *"),
        timeout_seconds=_HOURS,
    ),
    Job(
        "tenants.old_credentials",
        msg("Change credentials that are old"),
        _ask_for_the_old,
        schedule=Schedule("7 * * * *"),
    ),
    Job(RENEW, msg("New credentials for an organization"), _renew, timeout_seconds=900),
)
