"""The financial statements: trial balance, income statement, balance sheet, per currency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from addons.accounting.services.balances import AccountBalance, balances
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.year_opening import trial_balances
from core.api import Period, ReportTable, phrase

_TRIAL_BALANCE = ("account", "name", "type", "currency", "opening", "debit", "credit", "closing")
_STATEMENT = ("section", "account", "name", "currency", "amount")


def trial_balance(session: Session, period: Period) -> ReportTable:
    """Every account that was posted to: opening, debit, credit, closing; income and expenses
    since the fiscal year of the first day began. The totals are per currency; those of the
    opening and of the closing balances are zero."""
    return trial_balance_table(trial_balances(session, period.start, period.end))


def trial_balance_table(rows: Sequence[AccountBalance]) -> ReportTable:
    """The figures of accounts with their totals by currency."""
    return ReportTable(
        columns=_TRIAL_BALANCE,
        rows=tuple(
            (b.code, b.name, b.type, b.currency, b.opening, b.debit, b.credit, b.closing)
            for b in rows
        ),
        totals={
            column: _by_currency((b.currency, getattr(b, column)) for b in rows)
            for column in ("opening", "debit", "credit", "closing")
        },
    )


def income_statement(session: Session, period: Period) -> ReportTable:
    """What was earned and spent in the period, both as positive figures, and the difference."""
    rows = [
        ("income" if b.type == "income" else "expenses", b, _grown(b))
        for b in balances(session, period.start, period.end)
        if b.type in ("income", "expense") and (b.debit or b.credit)
    ]
    income = _by_currency((b.currency, a) for section, b, a in rows if section == "income")
    expenses = _by_currency((b.currency, a) for section, b, a in rows if section == "expenses")
    result = _minus(income, expenses)
    return ReportTable(
        columns=_STATEMENT,
        rows=_statement_rows(rows),
        totals={"income": income, "expenses": expenses, "net_income": result},
    )


def balance_sheet(session: Session, period: Period) -> ReportTable:
    """What is owned and owed at the period's end. The result that no closing entry has moved
    to equity yet stands in a row of its own, so that both sides are equal."""
    sections = {"asset": "assets", "liability": "liabilities", "equity": "equity"}
    figures = balances(session, None, period.end)
    rows = [
        (sections[b.type], b, b.closing if b.type == "asset" else b.closing.copy_negate())
        for b in figures
        if b.type in sections
    ]
    totals = {
        section: _by_currency((b.currency, amount) for of, b, amount in rows if of == section)
        for section in sections.values()
    }
    result = _by_currency(
        (b.currency, b.closing.copy_negate()) for b in figures if b.type in ("income", "expense")
    )
    unclosed = [
        ("result", "", phrase("Result not yet closed"), currency, amount)
        for currency, amount in result.items()
        if amount
    ]
    return ReportTable(
        columns=_STATEMENT,
        rows=(*_statement_rows(rows), *unclosed),
        totals={
            **totals,
            "result": result,
            "net_assets": _minus(totals["assets"], totals["liabilities"]),
        },
    )


def _grown(balance: AccountBalance) -> Decimal:
    """The movement as its statement shows it: income grows by credits, expenses by debits."""
    if balance.type == "income":
        return exact_sum((balance.credit, balance.debit.copy_negate()))
    return exact_sum((balance.debit, balance.credit.copy_negate()))


def _statement_rows(
    rows: Sequence[tuple[str, AccountBalance, Decimal]],
) -> tuple[tuple[Any, ...], ...]:
    return tuple(
        (section, balance.code, balance.name, balance.currency, amount)
        for section, balance, amount in rows
    )


def _by_currency(figures: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    grouped: dict[str, list[Decimal]] = {}
    for currency, amount in figures:
        grouped.setdefault(currency, []).append(amount)
    return {currency: exact_sum(amounts) for currency, amounts in sorted(grouped.items())}


def _minus(left: dict[str, Decimal], right: dict[str, Decimal]) -> dict[str, Decimal]:
    return _by_currency(
        [*left.items(), *((c, amount.copy_negate()) for c, amount in right.items())]
    )
