"""What is always true of contracts."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.api import Invariant, InvariantResult, msg

_COVERED = text("""
SELECT contract.id FROM sales.contract AS contract
  LEFT JOIN LATERAL (
    SELECT max(one.last_day) AS until, min(one.first_day) AS since, count(*) AS number,
           sum(one.last_day - one.first_day + 1) AS days
      FROM sales.contract_period AS one WHERE one.contract_id = contract.id) AS done ON true
 WHERE contract.covered_until IS DISTINCT FROM done.until
    OR (done.number > 0 AND (done.since <> contract.starts_on
        OR done.days <> done.until - done.since + 1))
    OR contract.covered_until > contract.ends_on
 ORDER BY contract.id LIMIT 20
""")
_INVOICED = text("""
SELECT one.id FROM sales.contract_period AS one
  JOIN sales.invoice AS invoice ON invoice.id = one.invoice_id
 WHERE invoice.source_type <> 'sales.contract'
    OR invoice.source_id <> one.contract_id || ':' || one.first_day
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
