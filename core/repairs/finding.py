"""Everything that is wrong at this moment, from all enabled addons, the worst first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addons.extensions import troubles
from core.declare import Remedy, Trouble, msg
from core.i18n import phrase
from core.jobs.queue import enqueue
from core.repairs.checking import JOB
from core.repairs.models import InvariantCheck
from core.repairs.permissions import SEE_REPAIRS


@dataclass(frozen=True, slots=True)
class Found:
    """A trouble and the addon that has it."""

    addon: str
    trouble: Trouble


def find(session: Session) -> list[Found]:
    """What the enabled addons and the kernel report; "bad" before "warning"."""
    found = [Found(addon, trouble) for addon, trouble in troubles(session)]
    return sorted(found, key=lambda one: one.trouble.severity != "bad")


def failing_invariants(session: Session) -> list[Trouble]:
    """What should always be true and was not when it was last checked."""
    failing = select(InvariantCheck).where(~InvariantCheck.holds).order_by(InvariantCheck.name)
    return [
        Trouble(
            key=f"invariant:{check.name}",
            title=check.title,
            cause=check.detail or check.figure,
            remedy=Remedy(msg("Check again"), SEE_REPAIRS, run=_check_again),
        )
        for check in session.scalars(failing)
    ]


def _check_again(session: Session) -> str:
    enqueue(session, JOB)
    return phrase("It is being checked. What holds again leaves this page.")
