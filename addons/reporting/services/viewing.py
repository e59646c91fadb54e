"""What the page of a report offers besides its figures: periods, comparisons, branches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from addons.accounting.api import ReportBudget, fiscal_years, report_budgets, report_dimensions
from addons.reporting.services.asking import MOST_COMPARED, Asked
from addons.reporting.services.engine.ground import Ground
from addons.reporting.services.periods import PERIODS, after, before
from core.api import InvalidInput, msg

Choice = tuple[str, str]
_YEARS_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of the bar above a report, each a value and a title, and what is chosen."""

    periods: Sequence[Choice]
    compared: Sequence[Choice]
    comparison: str
    parts: Sequence[Choice]
    part: str
    branches: Sequence[Choice]
    currencies: Sequence[Choice]
    presented: Sequence[Choice]
    budgets: Sequence[ReportBudget]
    earlier: str
    later: str


def choices_for(session: Session, ground: Ground) -> Choices:
    """Only what this report can do with this company's books is offered."""
    asked, is_statement = ground.asked, ground.definition.kind == "statement"
    known = report_budgets(session) if _can_be_planned(ground) else []
    return Choices(
        periods=[*PERIODS, *_years(session)],
        compared=_compared(known) if is_statement else [],
        comparison=f"{asked.compare}:{asked.count}" if asked.compare else "",
        parts=_parts(session, ground) if is_statement else [],
        part=f"dimension:{asked.dimension}" if asked.by == "dimension" else asked.by,
        branches=[(str(branch.id), branch.name) for branch in ground.reach.branches],
        currencies=[(code, code) for code in ground.currencies],
        presented=[(code, code) for code in ground.currencies],
        budgets=known,
        earlier=_moved(asked, ground, -1),
        later=_moved(asked, ground, 1),
    )


def _can_be_planned(ground: Ground) -> bool:
    """Budgets plan movements, not balances nor cash."""
    definition = ground.definition
    is_movement = definition.basis == "movement" and definition.measures == ("amount",)
    return definition.kind == "statement" and is_movement and definition.source == "ledger"


def _years(session: Session) -> list[Choice]:
    years = fiscal_years(session)[::-1][:_YEARS_OFFERED]
    return [(f"fiscal:{year.name}", year.name) for year in years]


def _compared(known: Sequence[ReportBudget]) -> list[Choice]:
    offered = [
        ("", msg("Nothing")),
        ("previous:1", msg("The period before")),
        ("previous:2", msg("2 periods before")),
        ("previous:3", msg("3 periods before")),
        (f"previous:{MOST_COMPARED - 1}", msg("11 periods before")),
        ("last_year:1", msg("The same days a year before")),
        ("last_year:2", msg("The same days of 2 years before")),
        ("last_year:4", msg("The same days of 4 years before")),
    ]
    return [*offered, ("budget:1", msg("The budget"))] if known else offered


def _parts(session: Session, ground: Ground) -> list[Choice]:
    offered = [("", msg("In one column")), ("month", msg("By month"))]
    if ground.reach.branches:
        offered.append(("branch", msg("By branch")))
    if ground.definition.source == "ledger":
        offered += [(f"dimension:{one.id}", one.name) for one in report_dimensions(session)]
    return offered


def _moved(asked: Asked, ground: Ground, way: int) -> str:
    """The address of the period before or after this one; nothing where there is none."""
    if ground.start is None:
        return ""
    try:
        days = before(ground.days) if way < 0 else after(ground.days)
    except InvalidInput:
        return ""
    moved = replace(asked, period="custom", start=days.start, end=days.end)
    return moved.url()
