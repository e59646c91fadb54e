"""The figures of the start page: money, income and expenses by month, from the monthly balances
and the few entries that are not in them yet. Months are whole, so no line of an old month is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from addons.accounting.models import Account, JournalEntry
from core.api import Amount, Point, msg, today

MONTHS: Final = 12

_MOVEMENT = """
WITH movement AS (
  SELECT account_id, currency, month, debit - credit AS amount
    FROM accounting.period_balance WHERE month <= CAST(:until AS date)
  UNION ALL
  SELECT line.account_id, line.currency, CAST(date_trunc('month', line.date) AS date),
         line.debit - line.credit
    FROM accounting.balance_tail AS tail
   CROSS JOIN LATERAL (SELECT * FROM accounting.journal_line
                        WHERE entry_id = tail.entry_id OFFSET 0) AS line
   WHERE line.date < CAST(:until AS date) + interval '1 month'
)"""
_RESULT = text(
    _MOVEMENT
    + """
SELECT account.type, movement.currency, movement.month, sum(movement.amount)
  FROM movement JOIN accounting.account ON account.id = movement.account_id
 WHERE account.type IN ('income', 'expense') AND movement.month >= CAST(:since AS date)
 GROUP BY account.type, movement.currency, movement.month
"""
)
_CASH = text(
    _MOVEMENT
    + """
SELECT movement.currency, sum(movement.amount),
       coalesce(sum(movement.amount) FILTER (WHERE movement.month < CAST(:until AS date)), 0)
  FROM movement JOIN accounting.account ON account.id = movement.account_id
 WHERE account.subtype IN ('bank', 'cash')
 GROUP BY movement.currency ORDER BY movement.currency
"""
)
_SIGNS: Final[Mapping[str, int]] = {"income": -1, "expense": 1}


def result_by_month(session: Session) -> list[Point]:
    """Income and expenses of the last twelve months, this one included."""
    this = today(session).replace(day=1)
    months = _months_to(this)
    found = _result(session, months[0], this)
    points = []
    for currency in sorted({currency for _, currency, _ in found}):
        for kind, title in (("income", msg("Income")), ("expense", msg("Expenses"))):
            for month in months:
                amount = found.get((kind, currency, month), Decimal(0))
                points.append(Point(month, amount, title, currency, _statement(month)))
    return points


def income_last_month(session: Session) -> list[Amount]:
    """What was earned in the last whole month, and in the one before it."""
    return _last_month(session, "income")


def expenses_last_month(session: Session) -> list[Amount]:
    """What was spent in the last whole month, and in the one before it."""
    return _last_month(session, "expense")


def money_at_hand(session: Session) -> list[Amount]:
    """What is in the bank and in cash, and what was there when the month began."""
    this = today(session).replace(day=1)
    return [Amount(now, currency, before) for currency, now, before in _cash(session, this)]


def has_accounts(session: Session) -> bool:
    """Whether there is a chart of accounts."""
    return bool(session.scalar(select(exists().where(Account.id.is_not(None)))))


def has_entries(session: Session) -> bool:
    """Whether anything was ever posted."""
    return bool(session.scalar(select(exists().where(JournalEntry.number.is_not(None)))))


def _last_month(session: Session, kind: str) -> list[Amount]:
    last = _before(today(session).replace(day=1))
    earlier = _before(last)
    found = _result(session, earlier, last)
    return [
        Amount(
            found.get((kind, currency, last), Decimal(0)),
            currency,
            found.get((kind, currency, earlier), Decimal(0)),
        )
        for currency in sorted({currency for one, currency, _ in found if one == kind})
    ]


def _result(session: Session, since: date, until: date) -> dict[tuple[str, str, date], Decimal]:
    """Amounts by kind, currency and month, positive where they are usually."""
    rows = session.execute(_RESULT, {"since": since, "until": until})
    return {
        (kind, currency, month): amount * _SIGNS[kind] for kind, currency, month, amount in rows
    }


def _cash(session: Session, until: date) -> list[tuple[str, Decimal, Decimal]]:
    return [tuple(row) for row in session.execute(_CASH, {"until": until})]  # type: ignore[misc]


def _months_to(last: date) -> list[date]:
    months = [last]
    while len(months) < MONTHS:
        months.append(_before(months[-1]))
    return months[::-1]


def _before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _statement(month: date) -> str:
    last = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return f"/accounting/income-statement?from={month}&to={last}"
