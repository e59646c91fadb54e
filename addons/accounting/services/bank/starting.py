"""What the bank held before the first line that is kept here, from which all balances follow.

It is what the earliest statement begins with. Where no statement says that, it is worked back from
the first closing balance that is known, or from what was known before earlier lines came.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankAccount, BankLine
from addons.accounting.services.bank.plan import PlannedStatement

_DAY = timedelta(days=1)


def settle_start(
    session: Session, bank: BankAccount, statements: Sequence[PlannedStatement]
) -> None:
    """Bring day and balance of the start up to date with statements that were just kept."""
    for planned in statements:
        statement, days = planned.statement, planned.statement.days
        if days is None:
            continue
        before = [
            line for line, _ in planned.new if bank.start_date and line.date <= bank.start_date
        ]
        earlier = bank.start_date is None or days[0] <= bank.start_date
        if statement.opening is not None and earlier:
            bank.start_date = days[0] - _DAY
            bank.start_balance = statement.opening.amount
        elif before and bank.start_balance is not None:
            bank.start_date = min(line.date for line in before) - _DAY
            bank.start_balance -= sum((line.amount for line in before), Decimal())
        elif bank.start_date is None and statement.closing is not None:
            until = statement.closing.date or days[1]
            bank.start_date = days[0] - _DAY
            bank.start_balance = statement.closing.amount - lines_until(session, bank, until)
    session.flush()


def lines_until(session: Session, bank: BankAccount, day: date) -> Decimal:
    """The sum of all lines up to a day."""
    return (
        session.scalar(
            select(func.sum(BankLine.amount)).where(
                BankLine.bank_account_id == bank.id, BankLine.date <= day
            )
        )
        or Decimal()
    )
