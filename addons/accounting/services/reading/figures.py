"""Movements of all accounts in several spans of days at once, for reports with many columns.

Read as `balances` reads them: whole months from the monthly balances and the tail, single days
from the lines, all in one statement and so in one snapshot.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.services.balances import FIRST_DAY, LAST_DAY, cut
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.report_lines import line_of


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Days from `start` to `end`, both included; None is the beginning or the end of time."""

    start: date | None = None
    end: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no day lies in it."""
        return self.start is not None and self.end is not None and self.start > self.end

    def holds(self, other: DaySpan) -> bool:
        """Whether all days of the other one lie in it."""
        begins = (self.start or FIRST_DAY) <= (other.start or FIRST_DAY)
        return begins and (other.end or LAST_DAY) <= (self.end or LAST_DAY)


@dataclass(frozen=True, slots=True)
class Movement:
    """What was debited and credited."""

    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True)
class ReportAccount:
    """An account as reports choose it. `line` is the line of the statements in which it stands:
    its own, or that of its type and use."""

    id: int
    code: str
    name: str
    name_local: str
    type: str
    subtype: str
    line: str


Movements = Mapping[DaySpan, Mapping[int, Movement]]

_SPANS = """
WITH span AS (
  SELECT * FROM unnest(CAST(:numbers AS integer[]), CAST(:starts AS date[]),
                       CAST(:ends AS date[]), CAST(:whole AS boolean[]))
    AS span (number, first_day, last_day, whole)
), movement AS ("""
_MONTHS = """
  SELECT span.number, balance.account_id, balance.debit, balance.credit
    FROM span JOIN accounting.period_balance AS balance
      ON span.whole AND balance.month BETWEEN span.first_day AND span.last_day
   WHERE balance.currency = :currency {of_balance}
  UNION ALL
  SELECT span.number, line.account_id, line.debit, line.credit
    FROM accounting.balance_tail AS tail
   CROSS JOIN LATERAL (SELECT * FROM accounting.journal_line
                        WHERE entry_id = tail.entry_id AND currency = :currency OFFSET 0) AS line
    {entry_of_tail}
    JOIN span ON span.whole AND line.date BETWEEN span.first_day AND span.last_day
"""
_DAYS = """
  UNION ALL
  SELECT span.number, line.account_id, line.debit, line.credit
    FROM span
   CROSS JOIN LATERAL (SELECT id FROM accounting.journal_entry
                        WHERE NOT span.whole AND number IS NOT NULL
                          AND date BETWEEN span.first_day AND span.last_day {of_entry}
                       OFFSET 0) AS entry
   CROSS JOIN LATERAL (SELECT * FROM accounting.journal_line
                        WHERE entry_id = entry.id AND currency = :currency OFFSET 0) AS line
"""
_TOTALS = """
)
SELECT number, account_id, sum(debit), sum(credit) FROM movement GROUP BY number, account_id
"""
_OF_ALL = {"of_balance": "", "entry_of_tail": "", "of_entry": ""}
_OF_BRANCHES = {
    "of_balance": "AND balance.branch_id = ANY(CAST(:branches AS bigint[]))",
    "entry_of_tail": """JOIN accounting.journal_entry AS entry ON entry.id = tail.entry_id
     AND coalesce(entry.branch_id, 0) = ANY(CAST(:branches AS bigint[]))""",
    "of_entry": "AND coalesce(branch_id, 0) = ANY(CAST(:branches AS bigint[]))",
}


def movements(
    session: Session,
    spans: Sequence[DaySpan],
    currency: str,
    branches: Collection[int] | None = None,
) -> Movements:
    """By span and account what was debited and credited in one currency; of these branches alone
    where they are given, with 0 for entries of no branch."""
    wanted = list(dict.fromkeys(span for span in spans if not span.is_empty))
    # Spans overlap, as a balance and the year within it do; each day is read once all the same.
    segments = _segments(wanted)
    pieces = [
        (number, piece)
        for number, segment in enumerate(segments)
        for piece in cut(segment.start or FIRST_DAY, segment.end or LAST_DAY, opening=False)
    ]
    given = {
        "numbers": [number for number, _ in pieces],
        "starts": [piece.first_day for _, piece in pieces],
        "ends": [piece.last_day for _, piece in pieces],
        "whole": [piece.whole for _, piece in pieces],
        "currency": currency,
    }
    if branches is not None:
        given["branches"] = list(branches)
    whole = all(piece.whole for _, piece in pieces)
    rows = session.execute(_statement(whole, branches is not None), given) if pieces else ()
    read: list[dict[int, Movement]] = [{} for _ in segments]
    for number, account_id, debit, credit in rows:
        read[number][account_id] = Movement(debit, credit)
    found: dict[DaySpan, Mapping[int, Movement]] = {span: {} for span in spans}
    for span in wanted:
        parts = [part for segment, part in zip(segments, read, strict=True) if span.holds(segment)]
        found[span] = _together(parts)
    return found


def _segments(spans: Sequence[DaySpan]) -> list[DaySpan]:
    """The days of all spans, cut wherever one of them begins or ends."""
    bounds = {(one.start or FIRST_DAY).toordinal() for one in spans}
    bounds |= {(one.end or LAST_DAY).toordinal() + 1 for one in spans}
    ordered = sorted(bounds)
    segments = (
        DaySpan(date.fromordinal(first), date.fromordinal(following - 1))
        for first, following in pairwise(ordered)
    )
    return [segment for segment in segments if any(span.holds(segment) for span in spans)]


def _together(parts: Sequence[Mapping[int, Movement]]) -> Mapping[int, Movement]:
    if len(parts) == 1:
        return parts[0]
    sides: dict[int, tuple[list[Decimal], list[Decimal]]] = {}
    for part in parts:
        for account_id, one in part.items():
            sums = sides.setdefault(account_id, ([], []))
            sums[0].append(one.debit)
            sums[1].append(one.credit)
    return {
        account_id: Movement(exact_sum(sums[0]), exact_sum(sums[1]))
        for account_id, sums in sides.items()
    }


@cache
def _statement(whole_months: bool, by_branch: bool) -> TextClause:
    """Days apart, because the planner cannot know that there are none of them."""
    parts = _MONTHS if whole_months else _MONTHS + _DAYS
    narrowed = parts.format(**(_OF_BRANCHES if by_branch else _OF_ALL))
    return text(f"{_SPANS}{narrowed}{_TOTALS}")


def report_accounts(session: Session) -> list[ReportAccount]:
    """All accounts in order of type and code, each with its line of the statements."""
    order = {"asset": 0, "liability": 1, "equity": 2, "income": 3, "expense": 4}
    columns = Account.__table__.c
    rows = session.execute(
        Account.__table__.select().with_only_columns(
            columns.id,
            columns.code,
            columns.name,
            columns.name_local,
            columns.type,
            columns.subtype,
            columns.report_line,
        )
    )
    accounts = [
        ReportAccount(
            row.id,
            row.code,
            row.name,
            row.name_local,
            row.type,
            row.subtype,
            line_of(row.type, row.subtype, row.report_line).key,
        )
        for row in rows
    ]
    return sorted(accounts, key=lambda account: (order[account.type], account.code))


def posted_currencies(session: Session) -> list[str]:
    """The currencies in which the books hold lines, by name."""
    found = session.scalars(
        text(
            "SELECT currency FROM accounting.period_balance UNION"
            " SELECT line.currency FROM accounting.balance_tail AS tail"
            " JOIN accounting.journal_line AS line ON line.entry_id = tail.entry_id ORDER BY 1"
        )
    )
    return list(found)
