"""Budgets as reports compare with them: what is planned for which accounts in some days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Budget, FiscalYear
from addons.accounting.services.budgets.targets import planned
from core.api import NotFound, phrase


@dataclass(frozen=True, slots=True)
class ReportBudget:
    """A budget in force, with the days that it plans."""

    id: int
    name: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class BudgetFigure:
    """What is planned for some accounts together, as a debit."""

    title: str
    account_ids: frozenset[int]
    amount: Decimal


def report_budgets(session: Session) -> list[ReportBudget]:
    """The budgets in force, the newest year first."""
    found = select(Budget).join(Budget.fiscal_year).where(Budget.state == "active")
    rows = session.scalars(found.order_by(FiscalYear.start_date.desc(), Budget.name))
    return [
        ReportBudget(
            one.id,
            f"{one.name} {one.fiscal_year.name}",
            one.fiscal_year.start_date,
            one.fiscal_year.end_date,
        )
        for one in rows
    ]


def budget_figures(
    session: Session,
    budget_id: int,
    start: date | None,
    end: date,
    branches: Collection[int] | None = None,
) -> list[BudgetFigure]:
    """What the budget plans for the months that begin in these days, of these branches alone
    where they are given. Raises NotFound for one that is not in force."""
    budget = session.get(Budget, budget_id)
    if budget is None or budget.state != "active":
        raise NotFound(phrase("There is no such budget in force."))
    year = budget.fiscal_year
    first = max(start or year.start_date, year.start_date).replace(day=1)
    return [
        BudgetFigure(
            plan.title,
            plan.account_ids,
            plan.between(first, end) * (-1 if plan.is_income else 1),
        )
        for plan in planned(session, budget)
        if branches is None or (plan.target.branch_id or 0) in branches
    ]
