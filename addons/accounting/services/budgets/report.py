"""Budget and books side by side, with what they differ by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Budget
from addons.accounting.services.assets.schedule import month_end
from addons.accounting.services.budgets.targets import Planned, actual, committed, planned
from core.api import Period as Span
from core.api import ReportTable


@dataclass(frozen=True, slots=True)
class Compared:
    """A target: planned, posted and ordered between two days. A variance is positive where the
    company is better off than planned."""

    plan: Planned
    budget: Decimal
    actual: Decimal
    committed: Decimal

    @property
    def variance(self) -> Decimal:
        """What is left to spend, or earned beyond the plan."""
        used = self.actual + self.committed
        return used - self.budget if self.plan.is_income else self.budget - used

    @property
    def percent(self) -> int:
        """How much of the plan is used, in whole percent."""
        used = self.actual + self.committed
        return int(used * 100 / self.budget) if self.budget else (100 if used else 0)


def compare(session: Session, budget: Budget, start: date, end: date) -> list[Compared]:
    """Each target of a budget for the months between two days, within its year."""
    year = budget.fiscal_year
    first, last = max(start, year.start_date), min(end, year.end_date)
    return [
        Compared(
            plan,
            plan.between(first.replace(day=1), last) + plan.allowed_more,
            actual(session, plan, first, last),
            committed(session, plan, first, last),
        )
        for plan in planned(session, budget)
    ]


def report(session: Session, period: Span) -> ReportTable:
    """All budgets in force, for the part of their years that the period covers."""
    rows = []
    for budget in session.scalars(select(Budget).where(Budget.state == "active")):
        year = budget.fiscal_year
        start, end = period.start or year.start_date, period.end or year.end_date
        if start > year.end_date or end < year.start_date:
            continue
        rows += [
            (
                budget.name,
                year.name,
                one.plan.title,
                one.budget,
                one.actual,
                one.committed,
                one.variance,
            )
            for one in compare(session, budget, start, month_end(end))
        ]
    return ReportTable(
        columns=("budget", "year", "target", "planned", "actual", "committed", "variance"),
        rows=tuple(rows),
    )
