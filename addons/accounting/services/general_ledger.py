"""The lines of one account, page by page, with the balance after each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, contains_eager

from addons.accounting.models import Account, JournalEntry, JournalLine
from addons.accounting.services.balances import AccountBalance, balances
from addons.accounting.services.companies.reach import visible_branches
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.year_opening import opening_of_year
from core.api import Period

PAGE = 100


@dataclass(frozen=True, slots=True)
class Place:
    """The last line of a page: where the next one begins."""

    date: date
    line_id: int


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line, and what the account holds after it."""

    line: JournalLine
    balance: Decimal


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page of the ledger; `following` is None on the last."""

    opening: Decimal
    lines: tuple[LedgerLine, ...]
    following: Place | None


def ledger_page(
    session: Session,
    account: Account,
    currency: str,
    period: Period,
    after: Place | None = None,
) -> LedgerPage:
    """The posted lines of an account in one currency, oldest first. Income and expenses open
    with the fiscal year of the first day."""
    opening = _balance_before(session, account, currency, period, after)
    found = select(JournalLine).join(JournalLine.entry).options(contains_eager(JournalLine.entry))
    found = found.where(
        JournalLine.account_id == account.id,
        JournalLine.currency == currency,
        JournalEntry.number.is_not(None),
    )
    reach = visible_branches(session)
    if reach is not None:
        found = found.where(JournalEntry.branch_id.in_(reach))
    if period.start is not None:
        found = found.where(JournalLine.date >= period.start)
    if period.end is not None:
        found = found.where(JournalLine.date <= period.end)
    if after is not None:
        found = found.where(
            tuple_(JournalLine.date, JournalLine.id) > tuple_(after.date, after.line_id)
        )
    ordered = found.order_by(JournalLine.date, JournalLine.id).limit(PAGE + 1)
    rows = session.scalars(ordered).all()
    balance, lines = opening, []
    for line in rows[:PAGE]:
        balance = exact_sum((balance, line.amount))
        lines.append(LedgerLine(line, balance))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return LedgerPage(opening, tuple(lines), Place(last.date, last.id) if last else None)


def _balance_before(
    session: Session, account: Account, currency: str, period: Period, after: Place | None
) -> Decimal:
    first_day = after.date if after is not None else period.start
    if first_day is None or first_day == date.min:
        return Decimal(0)
    begin = opening_of_year(session, account.type, period.start)
    amounts = [
        exact_sum((one.debit, one.credit.copy_negate()))
        for one in _balances_until(session, begin, first_day)
        if one.account_id == account.id and one.currency == currency
    ]
    if after is not None:
        same_day = (
            select(func.sum(JournalLine.amount))
            .join(JournalLine.entry)
            .where(
                JournalLine.account_id == account.id,
                JournalLine.currency == currency,
                JournalLine.date == after.date,
                JournalLine.id <= after.line_id,
                JournalEntry.number.is_not(None),
            )
        )
        reach = visible_branches(session)
        if reach is not None:
            same_day = same_day.where(JournalEntry.branch_id.in_(reach))
        amounts.append(session.scalar(same_day) or Decimal(0))
    return exact_sum(amounts)


def _balances_until(session: Session, begin: date | None, day: date) -> list[AccountBalance]:
    if begin is not None and begin >= day:
        return []
    return balances(session, begin, day - timedelta(days=1))
