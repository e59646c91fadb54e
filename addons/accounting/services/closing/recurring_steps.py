"""The steps of closing that ask for recurring entries and for the parts of deferrals."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.extension_points import Step, StepState
from addons.accounting.models import Period
from addons.accounting.models.deferral import Deferral, DeferralPart
from addons.accounting.models.recurring import RecurringEntry
from addons.accounting.services.deferral.running import post_due
from addons.accounting.services.recurring.making import make_due
from core.api import Conflict, msg, phrase


def check_recurring(session: Session, period: Period) -> StepState:
    """Whether everything that recurs by the end of the period was made."""
    if session.scalar(select(RecurringEntry.id).where(RecurringEntry.active).limit(1)) is None:
        return StepState("not_needed", phrase("No entry recurs."))
    due = session.scalar(
        select(func.count()).where(
            RecurringEntry.active, RecurringEntry.next_date <= period.end_date
        )
    )
    if not due:
        return StepState("done", phrase("Every recurring entry was made."))
    return StepState(
        "open",
        phrase("{count} recurring entries are due.", count=due),
        url="/accounting/recurring-entries",
        count=due,
    )


def run_recurring(session: Session, period: Period) -> str:
    """Make what recurs by the end of the period."""
    made = make_due(session, period.end_date)
    if made.problems:
        name, problem = next(iter(made.problems.items()))
        raise Conflict(phrase("{name}: {what}", name=name, what=problem))
    return phrase("{count} recurring entries made.", count=len(made.entries))


def check_deferrals(session: Session, period: Period) -> StepState:
    """Whether every part of a deferral that ends by the last day of the period is posted."""
    if session.scalar(select(Deferral.id).where(Deferral.state == "running").limit(1)) is None:
        return StepState("not_needed", phrase("No deferral is running."))
    waiting = session.scalar(
        select(func.count())
        .select_from(DeferralPart)
        .join(Deferral, DeferralPart.deferral_id == Deferral.id)
        .where(
            Deferral.state == "running",
            DeferralPart.entry_id.is_(None),
            DeferralPart.date <= period.end_date,
        )
    )
    if not waiting:
        return StepState("done", phrase("Every part of a deferral is posted."))
    return StepState(
        "open",
        phrase("{count} parts of deferrals are to be posted.", count=waiting),
        url="/accounting/deferrals?state=running",
        count=waiting,
    )


def run_deferrals(session: Session, period: Period) -> str:
    """Post the parts until the end of the period."""
    posted = post_due(session, period.end_date)
    if posted.problems:
        name, problem = next(iter(posted.problems.items()))
        raise Conflict(phrase("{name}: {what}", name=name, what=problem))
    return phrase("{count} parts posted.", count=posted.parts)


RECURRING: Final = Step(
    "accounting.recurring", msg("Make the recurring entries"), 90, check_recurring, run_recurring
)
DEFERRALS: Final = Step(
    "accounting.deferrals",
    msg("Post the parts of deferrals"),
    410,
    check_deferrals,
    run_deferrals,
)
