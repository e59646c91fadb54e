"""The highest time that this company's database has seen, kept where the application's own role
cannot change it."""

from __future__ import annotations

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from core.addons.models import AddonRecord
from core.addons.states import KERNEL
from core.db.base import utc_now
from core.db.session import binding
from core.licensing.quotas import add_up

JOB = "core.watch_licences"


def watch(session: Session) -> None:
    """The job of each night: note the time, so that a clock that is set back later extends no
    licence, and add up what was counted."""
    bound = binding(session)
    kernel = bound.context["kernel"]
    add_up(session)
    with kernel.session(bound.tenant, role="owner") as owner:
        note_time(owner)
    kernel.states.forget(bound.tenant.id)


def note_time(session: Session) -> None:
    """Keep the present moment in a session of the owner role, unless a later one is known."""
    highest = func.greatest(AddonRecord.seen_at, utc_now())
    row = update(AddonRecord).where(AddonRecord.name == KERNEL)
    session.execute(row.values(seen_at=highest))
