"""What all points are worth, and whether that is the sum of their moves."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from addons.sales.models import LoyaltyAccount
from core.api import Invariant, InvariantResult, msg

_APART: Final = text("""
SELECT account.id FROM sales.loyalty_account AS account
  LEFT JOIN LATERAL (SELECT sum(points) AS points, sum(worth) AS worth, sum(owed) AS owed
                       FROM sales.loyalty_move AS move WHERE move.account_id = account.id
                    ) AS moves ON true
 WHERE (account.points, account.worth, account.owed) IS DISTINCT FROM
       (coalesce(moves.points, 0), coalesce(moves.worth, 0), coalesce(moves.owed, 0))
    OR (account.points = 0 AND account.worth <> 0)
 ORDER BY account.id LIMIT 20
""")
_PAYMENTS: Final = text("""
SELECT payment.number FROM sales.payment
  LEFT JOIN LATERAL (SELECT sum(move.points) AS points FROM sales.loyalty_move AS move
                      WHERE move.payment_id = payment.id) AS moves ON true
 WHERE payment.loyalty_account_id IS NOT NULL AND payment.state <> 'draft'
   AND coalesce(moves.points, 0) <> CASE payment.state WHEN 'posted' THEN -payment.points ELSE 0 END
 ORDER BY payment.id LIMIT 20
""")


def put_off(session: Session) -> Decimal:
    """What sales were put off for points that customers still have, in the company's currency."""
    return session.scalar(select(func.coalesce(func.sum(LoyaltyAccount.worth), 0))) or Decimal(0)


def points_sum_up(session: Session) -> InvariantResult:
    """The points of each account are the sum of its moves, and each payment took what it says."""
    bad = [str(row[0]) for query in (_APART, _PAYMENTS) for row in session.execute(query)]
    return InvariantResult(not bad, f"{len(bad)} wrong", ", ".join(bad))


INVARIANT: Final = Invariant(
    "sales.points_sum_up", msg("Loyalty points are the sum of their moves"), points_sum_up
)
