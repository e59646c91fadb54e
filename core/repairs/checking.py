"""Checks every invariant of the enabled addons and keeps what each said."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.addons.catalog import Owned
from core.addons.containment import contained
from core.addons.states import view
from core.db.base import utc_now
from core.declare import Invariant, InvariantResult
from core.i18n import phrase
from core.jobs.progress import report_progress
from core.repairs.models import InvariantCheck

JOB = "core.check_invariants"


def check_invariants(session: Session) -> None:
    """Check them all; one that cannot be checked does not hold."""
    declared = view(session).all.invariants
    for number, owned in enumerate(declared):
        report_progress(session, number / len(declared), owned.item.title)
        _keep(session, owned, _check(session, owned))
    names = [owned.item.name for owned in declared]
    session.execute(delete(InvariantCheck).where(InvariantCheck.name.not_in(names)))


def _check(session: Session, owned: Owned[Invariant]) -> InvariantResult:
    what = f"invariant {owned.item.name}"
    found = contained(session, owned.addon, what, lambda: owned.item.check(session))
    unknown = phrase("It could not be checked; the log says why.")
    return found or InvariantResult(holds=False, figure="–", detail=unknown)


def _keep(session: Session, owned: Owned[Invariant], found: InvariantResult) -> None:
    values = {
        "addon": owned.addon,
        "title": owned.item.title,
        "holds": found.holds,
        "figure": str(found.figure),
        "detail": str(found.detail),
        "checked_at": utc_now(),
    }
    statement = insert(InvariantCheck).values(name=owned.item.name, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
