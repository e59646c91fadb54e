"""The step of closing that asks for a revaluation at the end of the period."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.extension_points import Step, StepState
from addons.accounting.models import Period
from addons.accounting.services.currencies import MissingRate
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.revaluation.positions import positions
from addons.accounting.services.revaluation.runs import lacking, revalue
from core.api import msg, phrase

_PAGE: Final = "/accounting/revaluations"


def check_revaluation(session: Session, period: Period) -> StepState:
    """Whether foreign balances and open items stand at the closing rate."""
    try:
        if not positions(session, period.end_date):
            return StepState("not_needed", phrase("Nothing is held or owed in foreign currency."))
        missing = lacking(session, period.end_date)
    except MissingRate as error:
        return StepState("blocked", error.message, url="/accounting/rates/new", count=1)
    if not missing:
        return StepState("done", phrase("Foreign currencies stand at the closing rate."), _PAGE)
    return StepState(
        "open",
        phrase(
            "{count} items in foreign currency differ by {amount} from the closing rate.",
            count=len(missing),
            amount=exact_sum(amount for _, amount in missing),
        ),
        url=_PAGE,
        count=len(missing),
    )


def run_revaluation(session: Session, period: Period) -> str:
    """Post the revaluation at the last day, and its reversal on the day after."""
    run = revalue(session, period.end_date)
    if run is None:
        return phrase("Foreign currencies stand at the closing rate.")
    return phrase("Revalued: {amount} of unrealised result.", amount=run.difference)


REVALUATION: Final = Step(
    "accounting.revaluation",
    msg("Revalue foreign currencies"),
    420,
    check_revaluation,
    run_revaluation,
)
