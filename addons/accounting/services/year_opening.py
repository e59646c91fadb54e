"""Income and expenses open with the fiscal year: what stood on them before is the result of
earlier years, and no longer theirs.

Accounts of the statement of financial position carry their balances forward for ever; those of
the result tell of one year. Nothing is posted for it, and so a trial balance that begins on a day
opens them with the fiscal year of that day, and shows the results of earlier years as one line.
Where a result was carried to retained earnings, the account that it was taken from there
(`year_end`) offsets that line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.accounting.services.balances import AccountBalance, balances
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.reading.state import year_start
from core.api import phrase

RESULT_TYPES = ("income", "expense")
_ONE_DAY = timedelta(days=1)


def trial_balances(
    session: Session, start: date | None = None, end: date | None = None
) -> list[AccountBalance]:
    """As `balances`, with income and expenses opened in the fiscal year of the first day, and
    after them a line by currency (without an account, of the type "result") for what earlier
    years brought. All openings together are zero still. Without a first day the books are read
    from their beginning, and nothing is left to open."""
    found = balances(session, start, end)
    if start is None:
        return found
    this_year = _moved_since(session, year_start(session, start), start)
    opened: list[AccountBalance] = []
    earlier: dict[str, list[Decimal]] = {}
    for row in found:
        if row.type not in RESULT_TYPES:
            opened.append(row)
            continue
        opening = this_year.get((row.account_id, row.currency), Decimal(0))
        brought = exact_sum((row.opening, opening.copy_negate()))
        earlier.setdefault(row.currency, []).append(brought)
        if opening or row.debit or row.credit:
            closing = exact_sum((row.closing, brought.copy_negate()))
            opened.append(replace(row, opening=opening, closing=closing))
    return [*opened, *_earlier_results(earlier.items())]


def opening_of_year(session: Session, type_: str, start: date | None) -> date | None:
    """The day from which on an account's opening balance is counted, for a ledger that begins on
    `start`: None, since ever, unless it is an account of income or expenses."""
    if start is None or type_ not in RESULT_TYPES:
        return None
    return year_start(session, start)


def _moved_since(session: Session, first: date, before: date) -> dict[tuple[int, str], Decimal]:
    if first >= before:
        return {}
    return {
        (row.account_id, row.currency): exact_sum((row.debit, row.credit.copy_negate()))
        for row in balances(session, first, before - _ONE_DAY)
        if row.type in RESULT_TYPES
    }


def _earlier_results(found: Iterable[tuple[str, list[Decimal]]]) -> list[AccountBalance]:
    none, name = Decimal(0), phrase("Results of earlier years")
    held = sorted((currency, exact_sum(amounts)) for currency, amounts in found)
    return [
        AccountBalance(0, "", name, "result", currency, amount, none, none, amount)
        for currency, amount in held
        if amount
    ]
