"""The consolidated trial balance as a report: of the newest consolidation up to a day."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Consolidation
from addons.accounting.services.companies.consolidating import totals
from addons.accounting.services.exact import exact_sum
from core.api import NotFound, Period, ReportTable, phrase


def consolidated_trial_balance(session: Session, period: Period) -> ReportTable:
    """Code, name, type, debit and credit of each account of the group."""
    newest = select(Consolidation).order_by(
        Consolidation.period_end.desc(), Consolidation.state.desc(), Consolidation.id.desc()
    )
    if period.end is not None:
        newest = newest.where(Consolidation.period_end <= period.end)
    made = session.scalar(newest.limit(1))
    if made is None:
        raise NotFound(
            phrase("There is no consolidation up to this day."),
            fix=phrase("Make one under Companies > Consolidations."),
        )
    rows = tuple(
        (code, name, kind, max(amount, Decimal(0)), max(-amount, Decimal(0)))
        for code, name, kind, amount in totals(made)
    )
    return ReportTable(
        columns=("code", "name", "type", "debit", "credit"),
        rows=rows,
        totals={
            "debit": {made.currency: exact_sum(row[3] for row in rows)},
            "credit": {made.currency: exact_sum(row[4] for row in rows)},
        },
    )
