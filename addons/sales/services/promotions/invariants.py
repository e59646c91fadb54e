"""What is always true of promotions and coupons."""

from __future__ import annotations

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from core.api import Invariant, InvariantResult, msg

# Lines of invoices that come from orders, or take other lines back, have the orders' grants.
_GRANTED = text("""
SELECT 'order ' || line.order_id FROM sales.order_line AS line
  LEFT JOIN LATERAL (SELECT sum(one.amount) AS amount FROM sales.promotion_grant AS one
                      WHERE one.order_line_id = line.id) AS granted ON true
 WHERE line.promotion_discount <> coalesce(granted.amount, 0)
UNION ALL
SELECT 'invoice ' || line.invoice_id FROM sales.invoice_line AS line
  LEFT JOIN LATERAL (SELECT sum(one.amount) AS amount FROM sales.promotion_grant AS one
                      WHERE one.invoice_line_id = line.id) AS granted ON true
 WHERE line.order_line_id IS NULL AND line.corrects_line_id IS NULL
   AND line.promotion_discount <> coalesce(granted.amount, 0)
 ORDER BY 1 LIMIT 20
""")
_WITHIN = text("""
SELECT 'promotion ' || promotion.name AS beyond FROM sales.promotion AS promotion
  JOIN sales.promotion_use AS used ON used.promotion_id = promotion.id AND NOT used.given_back
   AND NOT used.beyond
  JOIN sales.coupon AS coupon ON coupon.id = used.coupon_id
  JOIN sales.coupon_batch AS batch ON batch.id = coupon.batch_id AND batch.kind = 'single'
 GROUP BY promotion.name, coupon.id HAVING count(*) > 1
UNION ALL
SELECT 'order ' || doc.number FROM sales.promotion_use AS used
  JOIN sales.sales_order AS doc ON doc.id = used.order_id
 WHERE NOT used.given_back AND doc.state NOT IN ('confirmed', 'held', 'done')
 ORDER BY 1 LIMIT 20
""")


def grants_sum_up(session: Session) -> InvariantResult:
    """What promotions gave on each line is what they granted, one by one."""
    return _none(session, _GRANTED)


def uses_are_within_limits(session: Session) -> InvariantResult:
    """No single coupon is used twice, but for what tills did beyond it; and only binding orders use
    promotions."""
    return _none(session, _WITHIN)


def _none(session: Session, query: TextClause) -> InvariantResult:
    bad = [str(row[0]) for row in session.execute(query)]
    return InvariantResult(not bad, f"{len(bad)} wrong", ", ".join(bad))


INVARIANTS = (
    Invariant(
        "sales.promotions_sum_up",
        msg("Discounts of promotions are what was granted"),
        grants_sum_up,
    ),
    Invariant(
        "sales.promotions_within_limits",
        msg("Promotions and coupons are used as often as they may be"),
        uses_are_within_limits,
    ),
)
