"""What stands on the accounts: read from monthly balances plus what is not in them yet.

Whole months come from `period_balance`, and from the lines of entries in `balance_tail`; the
days of a month that is only partly asked for come from the lines themselves. All in one
statement, so in one snapshot, in which an entry is either in the balances or in the tail.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from addons.accounting.services.companies.reach import visible_branches
from core.api import InvalidInput, phrase

FIRST_DAY = date(1, 1, 1)
LAST_DAY = date(9999, 12, 31)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """An account's figures in one currency: balance before, movement within, balance after."""

    account_id: int
    code: str
    name: str
    type: str
    currency: str
    opening: Decimal
    debit: Decimal
    credit: Decimal
    closing: Decimal


# `whole` marks a span of whole months. Spans before the report's first day make the opening.
_SPANS = """
WITH span AS (
  SELECT * FROM unnest(CAST(:starts AS date[]), CAST(:ends AS date[]),
                       CAST(:opening AS boolean[]), CAST(:whole AS boolean[]))
    AS span (first_day, last_day, opening, whole)
), movement AS ("""
# OFFSET 0 keeps the planner to looking lines up by their entry: it cannot know how few they are,
# and would prepare to read them all. What stands in braces narrows to branches.
_MONTHS = """
  SELECT balance.account_id, balance.currency, span.opening, balance.debit, balance.credit
    FROM span JOIN accounting.period_balance AS balance
      ON span.whole AND balance.month BETWEEN span.first_day AND span.last_day {of_balance}
  UNION ALL
  SELECT line.account_id, line.currency, span.opening, line.debit, line.credit
    FROM accounting.balance_tail AS tail {of_tail}
   CROSS JOIN LATERAL (SELECT * FROM accounting.journal_line
                        WHERE entry_id = tail.entry_id OFFSET 0) AS line
    JOIN span ON span.whole AND line.date BETWEEN span.first_day AND span.last_day
"""
_DAYS = """
  UNION ALL
  SELECT line.account_id, line.currency, span.opening, line.debit, line.credit
    FROM span
   CROSS JOIN LATERAL (SELECT id FROM accounting.journal_entry AS entry
                        WHERE NOT span.whole AND number IS NOT NULL {of_entry}
                          AND date BETWEEN span.first_day AND span.last_day OFFSET 0) AS entry
   CROSS JOIN LATERAL (SELECT * FROM accounting.journal_line
                        WHERE entry_id = entry.id OFFSET 0) AS line
"""
_OF_ALL = {"of_balance": "", "of_tail": "", "of_entry": ""}
_IN_BRANCH = "AND coalesce(entry.branch_id, 0) = ANY (CAST(:branches AS bigint[]))"
_OF_BRANCHES = {
    "of_balance": "AND balance.branch_id = ANY (CAST(:branches AS bigint[]))",
    "of_tail": f"JOIN accounting.journal_entry AS entry ON entry.id = tail.entry_id {_IN_BRANCH}",
    "of_entry": _IN_BRANCH,
}
_TOTALS = """
), total AS (
  SELECT account_id, currency,
         coalesce(sum(debit - credit) FILTER (WHERE opening), 0) AS opening,
         coalesce(sum(debit) FILTER (WHERE NOT opening), 0) AS debit,
         coalesce(sum(credit) FILTER (WHERE NOT opening), 0) AS credit
    FROM movement GROUP BY account_id, currency
)
SELECT account.id, account.code, account.name, account.type, total.currency,
       total.opening, total.debit, total.credit,
       total.opening + total.debit - total.credit AS closing
  FROM total JOIN accounting.account ON account.id = total.account_id
 ORDER BY array_position(ARRAY['asset', 'liability', 'equity', 'income', 'expense'], account.type),
          account.code, total.currency
"""


def balances(
    session: Session,
    start: date | None = None,
    end: date | None = None,
    branches: Collection[int] | None = None,
) -> list[AccountBalance]:
    """The figures of all accounts that were ever posted to by `end`, in order of the chart; of
    these branches alone where they are given, with 0 for entries of no branch. Whoever may see
    the books of some branches gets the figures of those."""
    if branches is None:
        branches = visible_branches(session)
    if start is not None and end is not None and start > end:
        raise InvalidInput.of("to", phrase("The last day is before the first."))
    spans = _spans(start, end)
    given = {
        "starts": [span.first_day for span in spans],
        "ends": [span.last_day for span in spans],
        "opening": [span.opening for span in spans],
        "whole": [span.whole for span in spans],
    }
    if branches is not None:
        given["branches"] = list(branches)
    statement = _statement(all(span.whole for span in spans), branches is not None)
    return [AccountBalance(*row) for row in session.execute(statement, given)]


@cache
def _statement(whole_months: bool, by_branch: bool) -> TextClause:
    # Days apart, because the planner cannot know that a report of whole months has no single
    # days, and may compile the query in expectation of a great many lines.
    movement = _MONTHS if whole_months else _MONTHS + _DAYS
    narrowed = movement.format(**(_OF_BRANCHES if by_branch else _OF_ALL))
    return text(f"{_SPANS}{narrowed}{_TOTALS}")


def roll_up(session: Session) -> int:
    """Move the tail into the balances; returns how many entries that were."""
    return session.scalar(text("SELECT accounting.roll_up_balances()")) or 0


@dataclass(frozen=True, slots=True)
class Span:
    """Days of a report; `whole` where they are whole months, which the balances hold."""

    first_day: date
    last_day: date
    opening: bool
    whole: bool


def _spans(start: date | None, end: date | None) -> Sequence[Span]:
    """The days up to `end`, cut at `start` and where whole months begin and end."""
    spans = []
    if start is not None and start > FIRST_DAY:
        spans += cut(FIRST_DAY, start - _ONE_DAY, opening=True)
    spans += cut(start or FIRST_DAY, end or LAST_DAY, opening=False)
    return spans


def cut(first: date, last: date, *, opening: bool) -> list[Span]:
    """The days from `first` to `last`, cut where whole months begin and end."""
    if first > last:
        return []
    if (first.year, first.month) == (last.year, last.month):
        return [Span(first, last, opening, whole=first.day == 1 and _is_month_end(last))]
    whole_first = first if first.day == 1 else _next_month(first)
    whole_last = last if _is_month_end(last) else last.replace(day=1) - _ONE_DAY
    if whole_first > whole_last:
        return [Span(first, last, opening, whole=False)]
    spans = [Span(whole_first, whole_last, opening, whole=True)]
    if first < whole_first:
        spans.append(Span(first, whole_first - _ONE_DAY, opening, whole=False))
    if last > whole_last:
        spans.append(Span(whole_last + _ONE_DAY, last, opening, whole=False))
    return spans


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _is_month_end(day: date) -> bool:
    return day == LAST_DAY or (day + _ONE_DAY).day == 1
