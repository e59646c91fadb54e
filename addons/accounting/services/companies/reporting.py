"""The group's trial balance and statements as reports: of the newest consolidation up to a day."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Consolidation
from addons.accounting.services.companies.consolidating import totals
from addons.accounting.services.companies.statements import Part, Row, group_statements
from addons.accounting.services.exact import exact_sum
from core.api import NotFound, Period, ReportTable, phrase


def consolidated_trial_balance(session: Session, period: Period) -> ReportTable:
    """Code, name, type, debit and credit of each account of the group."""
    made = _newest(session, period)
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


def consolidated_income_statement(session: Session, period: Period) -> ReportTable:
    """What the group earned and spent since its members' fiscal years began, and whose it is."""
    made = _newest(session, period)
    shown = group_statements(made)
    return _table(
        made,
        {"income": shown.income, "expenses": shown.expenses},
        {"net_income": shown.result, "minority": shown.minority, "owners": shown.owners},
    )


def consolidated_balance_sheet(session: Session, period: Period) -> ReportTable:
    """What the group owns and owes, with the equity of its owners and of others."""
    made = _newest(session, period)
    shown = group_statements(made)
    return _table(
        made,
        {"assets": shown.assets, "liabilities": shown.liabilities, "equity": shown.equity},
        {"minority": shown.others, "liabilities_and_equity": shown.total},
    )


def _newest(session: Session, period: Period) -> Consolidation:
    found = select(Consolidation).order_by(
        Consolidation.period_end.desc(), Consolidation.state.desc(), Consolidation.id.desc()
    )
    if period.end is not None:
        found = found.where(Consolidation.period_end <= period.end)
    made = session.scalar(found.limit(1))
    if made is None:
        raise NotFound(
            phrase("There is no consolidation up to this day."),
            fix=phrase("Make one under Companies > Consolidations."),
        )
    return made


def _table(made: Consolidation, parts: dict[str, Part], sums: dict[str, Row]) -> ReportTable:
    return ReportTable(
        columns=("section", "account", "name", "currency", "amount"),
        rows=tuple(
            (section, row.code, row.title, made.currency, row.group)
            for section, part in parts.items()
            for row in part.rows
        ),
        totals={
            name: {made.currency: row.group}
            for name, row in ({name: part.total for name, part in parts.items()} | sums).items()
        },
    )
