"""What was billed, and what came or went, of a line of an order: how much of both was not
compared yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.services.costs.money import share

ORDER: Final = "purchases.order"
"""The source of moves that a purchase order asks for."""

_BILLED: Final = text("""
SELECT billed.id, billed.bill_id, billed.number, billed.day, billed.contact_id, billed.branch_id,
       billed.currency, billed.rate, billed.quantity < 0 OR billed.amount < 0 AS back,
       abs(billed.quantity) - coalesce(sum(match.quantity), 0) AS quantity,
       abs(billed.amount) - coalesce(sum(match.billed), 0) AS amount
  FROM inventory.billed_line AS billed
  LEFT JOIN inventory.bill_match AS match ON match.billed_line_id = billed.id
 WHERE billed.order_id = :order AND billed.order_line_id = :line
 GROUP BY billed.id ORDER BY billed.id
""")
_MOVED: Final = text("""
SELECT move.id, event.id AS event_id, event.pool_id, move.day, move.currency, move.rate,
       event.kind = 'out' AS back, move.quantity - coalesce(match.quantity, 0) AS quantity,
       CASE WHEN event.kind = 'in' OR event.layer_id IS NOT NULL THEN event.amount
            ELSE - event.value END - coalesce(match.received, 0) AS amount, move.quantity AS whole
  FROM inventory.move AS move
  JOIN inventory.cost_event AS event ON event.move_id = move.id AND event.role = 'received'
  LEFT JOIN LATERAL (
    SELECT sum(quantity) AS quantity, sum(received) AS received
      FROM inventory.bill_match WHERE move_id = move.id) AS match ON true
 WHERE move.source_type = 'purchases.order' AND move.source_id = :order
   AND move.source_line_id = :line
 ORDER BY move.day, move.id
""")


@dataclass(slots=True)
class Billed:
    """A line of a bill, or (`back`) of a debit note, with what was not compared of it."""

    id: int
    bill_id: int
    number: str
    day: date
    contact_id: int
    branch_id: int | None
    currency: str
    rate: Decimal
    back: bool
    quantity: Decimal
    amount: Decimal

    def take(self, quantity: Decimal, unit: Decimal) -> Decimal:
        """What was billed for a part of what is left."""
        amount = share(self.amount, quantity, self.quantity, unit)
        self.quantity, self.amount = self.quantity - quantity, self.amount - amount
        return amount


@dataclass(slots=True)
class Moved:
    """Goods that came, or (`back`) went back, with what was not compared of them."""

    id: int
    event_id: int
    pool_id: int
    day: date
    currency: str
    rate: Decimal
    back: bool
    quantity: Decimal
    amount: Decimal
    whole: Decimal

    def take(self, quantity: Decimal, unit: Decimal) -> Decimal:
        """What was put down for a part of what is left."""
        amount = share(self.amount, quantity, self.quantity, unit)
        self.quantity, self.amount = self.quantity - quantity, self.amount - amount
        return amount


def billed_of(session: Session, order_id: int, line_id: int) -> list[Billed]:
    """What was billed of a line of an order, the first first."""
    given = {"order": order_id, "line": line_id}
    return [Billed(*row) for row in session.execute(_BILLED, given)]


def moved_of(session: Session, order_id: int, line_id: int) -> list[Moved]:
    """What came and went back of a line of an order, the first first."""
    given = {"order": order_id, "line": line_id}
    return [Moved(*row) for row in session.execute(_MOVED, given)]
