"""What is always true of commissions."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.api import Invariant, InvariantResult, msg

_SUMS = text("""
SELECT held.id FROM sales.commission_statement AS held
  LEFT JOIN LATERAL (
    SELECT sum(one.amount) AS amount, bool_or(one.user_id <> held.user_id) AS other
      FROM sales.commission_line AS one WHERE one.statement_id = held.id) AS lines ON true
 WHERE held.total <> coalesce(lines.amount, 0) OR lines.other
 ORDER BY held.id LIMIT 20
""")


def statements_sum_up(session: Session) -> InvariantResult:
    """Each statement of commissions is the sum of its lines, all of them its person's."""
    bad = [str(row[0]) for row in session.execute(_SUMS)]
    return InvariantResult(not bad, f"{len(bad)} wrong", ", ".join(bad))


INVARIANTS = (
    Invariant(
        "sales.statements_sum_up",
        msg("Statements of commissions are the sum of their lines"),
        statements_sum_up,
    ),
)
