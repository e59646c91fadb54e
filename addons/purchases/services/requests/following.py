"""How much of a request is ordered: worked out from binding orders anew each time."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.purchases.models import Order
from core.api import announce

_LINES: Final = text("""
UPDATE purchases.request_line AS wanted
   SET ordered = coalesce((
     SELECT sum(line.stock_quantity) FROM purchases.order_line AS line
       JOIN purchases."order" AS document ON document.id = line.order_id
      WHERE line.request_line_id = wanted.id AND document.state IN ('approved', 'done')), 0)
 WHERE wanted.id = ANY(CAST(:lines AS bigint[]))
""")
_STATES: Final = text("""
UPDATE purchases.request AS request
   SET state = CASE WHEN whole.ordered THEN 'ordered' ELSE 'approved' END,
       version = request.version + 1, updated_at = now()
  FROM (SELECT line.request_id, bool_and(line.ordered >= line.stock_quantity) AS ordered
          FROM purchases.request_line AS line
         WHERE line.request_id IN (SELECT known.request_id FROM purchases.request_line AS known
                                    WHERE known.id = ANY(CAST(:lines AS bigint[])))
         GROUP BY line.request_id) AS whole
 WHERE request.id = whole.request_id AND request.state IN ('approved', 'ordered')
   AND request.state <> CASE WHEN whole.ordered THEN 'ordered' ELSE 'approved' END
RETURNING request.id
""")


def note_ordered(session: Session, order: Order) -> None:
    """Write down what the requests behind an order got, after the order's state changed."""
    lines = [line.request_line_id for line in order.lines if line.request_line_id is not None]
    if not lines:
        return
    session.flush()
    session.execute(_LINES, {"lines": lines})
    changed = session.scalars(_STATES, {"lines": lines}).all()
    if changed:
        announce(session, "purchases.requests", *changed)
