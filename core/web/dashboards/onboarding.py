"""What is still to be set up, for those who can: shown until it is done or waved aside, and never
again after that.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.addons.containment import contained
from core.addons.states import view
from core.auth.actor import actor
from core.db.session import binding
from core.declare import OnboardingStep
from core.web.dashboards.kept import Kept
from core.web.dashboards.models import OnboardingDismissal


@dataclass(frozen=True, slots=True)
class Checklist:
    """The steps of somebody, and which of them are done."""

    steps: tuple[tuple[OnboardingStep, bool], ...]

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(done for _, done in self.steps)


def checklist(session: Session, kept: Kept) -> Checklist | None:
    """The actor's list; None once everything is done or they want to see no more of it."""
    who = actor(session)
    # Nobody has to set up a sample company.
    if who.kind != "user" or binding(session).tenant.sample_of or kept.undone == []:
        return None
    if _is_dismissed(session, who.user_id):
        return None
    mine = sorted(
        (owned for owned in view(session).all.onboarding if who.may(owned.item.permission.code)),
        key=lambda owned: owned.item.order,
    )
    if kept.undone is None:
        kept.undone = [
            owned.item.name for owned in mine if not _is_done(session, owned.addon, owned.item)
        ]
    if not kept.undone:
        return None
    return Checklist(tuple((owned.item, owned.item.name not in kept.undone) for owned in mine))


def dismiss(session: Session) -> None:
    """Show the actor no list any more. Repeatable."""
    statement = insert(OnboardingDismissal).values(user_id=actor(session).user_id)
    session.execute(statement.on_conflict_do_nothing())


def _is_dismissed(session: Session, user_id: int | None) -> bool:
    found = select(OnboardingDismissal.user_id).where(OnboardingDismissal.user_id == user_id)
    return session.scalar(found) is not None


def _is_done(session: Session, addon: str, step: OnboardingStep) -> bool:
    # A step that cannot tell is not asked for.
    answer = contained(session, addon, f"onboarding {step.name}", lambda: step.done(session))
    return True if answer is None else answer
