"""Where cash came from and went to: what stands against it in the entries that moved it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.services.balances import FIRST_DAY, LAST_DAY
from addons.accounting.services.reading.figures import DaySpan, Movement, Movements

_AGAINST = """
WITH touched AS (
  SELECT DISTINCT line.entry_id
    FROM accounting.journal_line AS line
    JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
   WHERE line.account_id = ANY(CAST(:cash AS bigint[])) AND line.currency = :currency
     AND line.date BETWEEN :start AND :end AND entry.number IS NOT NULL {branches}
)
SELECT line.account_id, sum(line.debit), sum(line.credit)
  FROM touched JOIN accounting.journal_line AS line ON line.entry_id = touched.entry_id
 WHERE line.currency = :currency AND NOT line.account_id = ANY(CAST(:cash AS bigint[]))
 GROUP BY line.account_id
"""
_BRANCHES = "AND coalesce(entry.branch_id, 0) = ANY(CAST(:branches AS bigint[]))"


def cash_movements(
    session: Session,
    spans: Sequence[DaySpan],
    cash_ids: Collection[int],
    currency: str,
    branches: Collection[int] | None = None,
) -> Movements:
    """By span and account, the lines that stand against cash. An entry balances, so that their
    credits less their debits are exactly what the cash accounts gained."""
    found: dict[DaySpan, dict[int, Movement]] = {}
    statement = text(_AGAINST.format(branches="" if branches is None else _BRANCHES))
    for span in dict.fromkeys(spans):
        given = {
            "cash": list(cash_ids),
            "currency": currency,
            "start": span.start or FIRST_DAY,
            "end": span.end or LAST_DAY,
        }
        if branches is not None:
            given["branches"] = list(branches)
        found[span] = {
            account: Movement(debit or Decimal(0), credit or Decimal(0))
            for account, debit, credit in session.execute(statement, given)
        }
    return found
