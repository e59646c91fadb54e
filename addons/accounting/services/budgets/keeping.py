"""Writing budgets, putting an edition in force, and allowing more than it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models import Budget, BudgetLine, BudgetOverride, FiscalYear
from addons.accounting.services.budgets.control import forget_held
from addons.accounting.services.report_lines import REPORT_LINES
from core.api import Conflict, InvalidInput, Problem, phrase

_HEADER: Final = ("name", "edition", "fiscal_year_id", "control", "span")
_LINE: Final = ("account_id", "prefix", "report_line", "branch_id", "dimension_value_id", "month")
_KEYS: Final = frozenset(line.key for line in REPORT_LINES)


def create_budget(session: Session, values: Mapping[str, Any]) -> Budget:
    """A draft."""
    budget = Budget(**{name: values[name] for name in _HEADER if values.get(name)})
    budget.lines = _lines(session, budget, values.get("lines", ()))
    session.add(budget)
    session.flush()
    return budget


def update_budget(session: Session, budget: Budget, values: Mapping[str, Any]) -> Budget:
    """Change a draft; lines that are given replace all that were there."""
    require_draft(budget)
    for name in _HEADER:
        if name in values:
            setattr(budget, name, values[name])
    if "lines" in values:
        budget.lines = _lines(session, budget, values["lines"])
    session.flush()
    return budget


def delete_budget(session: Session, budget: Budget) -> None:
    """Throw a draft away."""
    require_draft(budget)
    session.delete(budget)
    session.flush()


def next_edition(session: Session, budget: Budget) -> Budget:
    """A draft with the same lines, to be changed and put in force instead."""
    count = session.scalar(
        select(func.count())
        .select_from(Budget)
        .where(Budget.fiscal_year_id == budget.fiscal_year_id, Budget.name == budget.name)
    )
    copy = Budget(
        name=budget.name,
        edition=str((count or 0) + 1),
        fiscal_year_id=budget.fiscal_year_id,
        control=budget.control,
        span=budget.span,
        lines=[
            BudgetLine(
                position=line.position,
                amount=line.amount,
                **{name: getattr(line, name) for name in _LINE},
            )
            for line in budget.lines
        ],
    )
    session.add(copy)
    session.flush()
    return copy


def put_in_force(session: Session, budget: Budget) -> None:
    """From now on this edition is compared and held to; the one before it is replaced."""
    require_draft(budget)
    if not budget.lines:
        raise Conflict(phrase("The budget has no lines."))
    former = session.scalars(
        select(Budget)
        .where(
            Budget.fiscal_year_id == budget.fiscal_year_id,
            Budget.name == budget.name,
            Budget.state == "active",
        )
        .with_for_update()
    ).all()
    for one in former:
        one.state = "retired"
    session.flush()
    budget.state = "active"
    session.flush()
    forget_held(session)


def allow_more(session: Session, line_id: int, amount: Decimal, reason: str) -> BudgetOverride:
    """Let the target of a line take more than is planned. Kept with who and why."""
    line = session.get(BudgetLine, line_id)
    if line is None or line.budget.state != "active":
        raise InvalidInput.of("line_id", phrase("Choose a line of a budget that is in force."))
    if not amount.is_finite() or amount <= 0:
        raise InvalidInput.of("amount", phrase("Give an amount above zero."))
    if not reason.strip():
        raise InvalidInput.of("reason", phrase("Say why: the reason is kept."))
    override = BudgetOverride(budget_line_id=line.id, amount=amount, reason=reason.strip())
    session.add(override)
    session.flush()
    forget_held(session)
    return override


def require_draft(budget: Budget) -> None:
    """Raise Conflict for an edition that was ever in force."""
    if budget.state != "draft":
        raise Conflict(
            phrase("This edition was put in force, and stays as it is."),
            fix=phrase("Duplicate it, and put the copy in force."),
        )


def _lines(
    session: Session, budget: Budget, given: Iterable[Mapping[str, Any]]
) -> list[BudgetLine]:
    year = session.get(FiscalYear, budget.fiscal_year_id)
    problems: list[Problem] = []
    lines = []
    for place, values in enumerate(given):
        line = BudgetLine(position=place + 1, amount=values.get("amount") or Decimal(0))
        for name in _LINE:
            if values.get(name):
                setattr(line, name, values[name])
        if line.month is not None:
            line.month = line.month.replace(day=1)
        problems += _problems(line, year, place)
        lines.append(line)
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    return lines


def _problems(line: BudgetLine, year: FiscalYear | None, place: int) -> Iterable[Problem]:
    number = place + 1
    if sum(map(bool, (line.account_id, line.prefix, line.report_line))) != 1:
        yield Problem(
            f"lines.{place}.account_id",
            phrase(
                "Line {line}: give an account, or the beginning of codes, or a report line.",
                line=number,
            ),
        )
    if line.report_line and line.report_line not in _KEYS:
        yield Problem(
            f"lines.{place}.report_line",
            phrase(
                "Line {line}: there is no report line {key}.", line=number, key=line.report_line
            ),
        )
    if line.amount < 0:
        yield Problem(
            f"lines.{place}.amount", phrase("Line {line}: amounts are positive.", line=number)
        )
    is_outside = (
        line.month is not None
        and year is not None
        and not year.start_date.replace(day=1) <= line.month <= year.end_date
    )
    if is_outside:
        yield Problem(
            f"lines.{place}.month",
            phrase("Line {line}: the month is not in the year.", line=number),
        )
