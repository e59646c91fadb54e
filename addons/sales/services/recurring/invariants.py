"""What is always true of contracts."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.api import Invariant, InvariantResult, msg

_COVERED = text("""
SELECT 'contract ' || contract.id FROM sales.contract AS contract
  LEFT JOIN LATERAL (
    SELECT max(one.last_day) AS until, bool_and(one.follows) AS whole FROM (
      SELECT last_day, last_day >= first_day AND first_day = coalesce(
               lag(last_day) OVER (ORDER BY first_day) + 1, contract.starts_on) AS follows
        FROM sales.contract_period WHERE contract_id = contract.id) AS one) AS done ON true
 WHERE contract.covered_until IS DISTINCT FROM done.until OR NOT done.whole
    OR contract.covered_until > contract.ends_on
 ORDER BY contract.id LIMIT 20
""")
_INVOICED = text("""
SELECT 'period ' || one.id FROM sales.contract_period AS one
  JOIN sales.invoice AS invoice ON invoice.id = one.invoice_id
 WHERE invoice.source_type IS DISTINCT FROM 'sales.contract'
    OR invoice.source_id IS DISTINCT FROM one.contract_id || ':' || one.first_day
 ORDER BY one.id LIMIT 20
""")


def periods_tile_contracts(session: Session) -> InvariantResult:
    """The periods of each contract follow each other from its first day to the one that it is
    settled until; and each invoice is that of its period."""
    bad = [str(row[0]) for query in (_COVERED, _INVOICED) for row in session.execute(query)]
    return InvariantResult(not bad, f"{len(bad)} wrong", ", ".join(bad))


INVARIANTS = (
    Invariant(
        "sales.periods_tile_contracts",
        msg("Contracts are settled period after period"),
        periods_tile_contracts,
    ),
)
