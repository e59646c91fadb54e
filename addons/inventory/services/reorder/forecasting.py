"""What there will be: from what is there, what is coming, what is wanted and what usually goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.options import OperationOptions
from addons.inventory.services.reorder.quantities import to_order, usual_minimum
from addons.inventory.services.transfers.values import INBOUND, OUTBOUND
from core.api import options, today

HISTORY_DAYS: Final = 90
"""From how many days back usual demand is taken."""

_SUGGESTIONS: Final = text("""
SELECT rule.id, rule.product_id, rule.warehouse_id, rule.minimum, rule.maximum, rule.multiple,
       rule.lead_days, rule.source, rule.from_warehouse_id, rule.automatic,
       coalesce(there.quantity, 0) AS there, coalesce(flow.incoming, 0) AS incoming,
       coalesce(flow.outgoing, 0) AS outgoing, coalesce(asked.quantity, 0) AS asked
  FROM inventory.reorder_rule AS rule
  LEFT JOIN LATERAL (
    SELECT sum(pile.quantity) AS quantity FROM inventory.on_hand AS pile
      JOIN inventory.location AS place ON place.id = pile.location_id
     WHERE pile.product_id = rule.product_id AND place.kind IN ('internal', 'consigned')
       AND place.warehouse_id = rule.warehouse_id) AS there ON true
  LEFT JOIN LATERAL (
    SELECT sum(line.quantity) FILTER (WHERE transfer.kind = ANY(CAST(:inbound AS text[])))
             AS incoming,
           sum(line.quantity) FILTER (WHERE transfer.kind = ANY(CAST(:outbound AS text[])))
             AS outgoing
      FROM inventory.transfer_line AS line
      JOIN inventory.transfer AS transfer ON transfer.id = line.transfer_id
     WHERE line.product_id = rule.product_id AND transfer.warehouse_id = rule.warehouse_id
       AND transfer.state IN ('waiting', 'ready')
       AND transfer.day <= CAST(:today AS date) + rule.lead_days) AS flow ON true
  LEFT JOIN LATERAL (
    SELECT sum(remaining) AS quantity FROM inventory.replenishment AS one
     WHERE one.product_id = rule.product_id AND one.warehouse_id = rule.warehouse_id
       AND one.state = 'open') AS asked ON true
 WHERE rule.active AND (CAST(:rule AS bigint) IS NULL OR rule.id = :rule)
 ORDER BY rule.id
""")
_FLOWS: Final = text("""
SELECT transfer.id, transfer.day, transfer.kind, transfer.source_number,
       CASE WHEN transfer.kind = ANY(CAST(:inbound AS text[])) THEN line.quantity
            ELSE -line.quantity END AS quantity
  FROM inventory.transfer_line AS line
  JOIN inventory.transfer AS transfer ON transfer.id = line.transfer_id
 WHERE line.product_id = :product AND transfer.state IN ('waiting', 'ready')
   AND transfer.kind = ANY(CAST(:kinds AS text[]))
   AND (CAST(:warehouse AS bigint) IS NULL OR transfer.warehouse_id = :warehouse)
 ORDER BY transfer.day, transfer.id, line.id
""")
_USED: Final = text("""
SELECT coalesce(sum(move.quantity), 0) FROM inventory.move AS move
  JOIN inventory.location AS start
    ON start.id = move.from_id AND start.kind IN ('internal', 'consigned')
  JOIN inventory.location AS goal
    ON goal.id = move.to_id AND goal.kind IN ('customer', 'consumption')
 WHERE move.product_id = :product AND move.day > :since
   AND (CAST(:warehouse AS bigint) IS NULL OR start.warehouse_id = :warehouse)
""")
_INBOUND: Final = list(INBOUND)
_OUTBOUND: Final = list(OUTBOUND)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule whose forecast fell below its minimum, and what to get. `there`, `incoming`,
    `outgoing` and `asked` make the forecast for the day on which goods ordered today come."""

    rule_id: int
    product_id: int
    warehouse_id: int
    source: str
    from_warehouse_id: int | None
    automatic: bool
    there: Decimal
    incoming: Decimal
    outgoing: Decimal
    asked: Decimal
    minimum: Decimal
    maximum: Decimal
    needed_by: date
    quantity: Decimal

    @property
    def forecast(self) -> Decimal:
        """What there will be without it."""
        return self.there + self.incoming + self.asked - self.outgoing


@dataclass(frozen=True, slots=True)
class Flow:
    """Goods that come or go on a day, and what there is then."""

    transfer_id: int
    day: date
    kind: str
    source_number: str
    quantity: Decimal
    balance: Decimal


def suggestions(session: Session, rule_id: int | None = None) -> list[Suggestion]:
    """What should be ordered now by the rules, or by one of them."""
    now = today(session)
    asked = {"inbound": _INBOUND, "outbound": _OUTBOUND, "today": now, "rule": rule_id}
    found = []
    for row in session.execute(_SUGGESTIONS, asked):
        forecast = row.there + row.incoming + row.asked - row.outgoing
        quantity = to_order(
            forecast, minimum=row.minimum, maximum=row.maximum, multiple=row.multiple
        )
        if quantity > 0:
            found.append(
                Suggestion(
                    row.id,
                    row.product_id,
                    row.warehouse_id,
                    row.source,
                    row.from_warehouse_id,
                    row.automatic,
                    row.there,
                    row.incoming,
                    row.outgoing,
                    row.asked,
                    row.minimum,
                    row.maximum,
                    now + timedelta(days=row.lead_days),
                    quantity,
                )
            )
    return found


def flows(
    session: Session, product_id: int, warehouse_id: int | None, there: Decimal
) -> list[Flow]:
    """What comes and goes of a product, day by day, from what there is."""
    asked = {
        "product": product_id,
        "warehouse": warehouse_id,
        "inbound": _INBOUND,
        "kinds": [*_INBOUND, *_OUTBOUND],
    }
    found: list[Flow] = []
    for row in session.execute(_FLOWS, asked):
        there += row.quantity
        found.append(Flow(row.id, row.day, row.kind, row.source_number, row.quantity, there))
    return found


def used_lately(session: Session, product_id: int, warehouse_id: int | None) -> Decimal:
    """How much of a product went to customers or was used in the last `HISTORY_DAYS`."""
    since = today(session) - timedelta(days=HISTORY_DAYS)
    asked = {"product": product_id, "warehouse": warehouse_id, "since": since}
    return session.scalar(_USED, asked) or Decimal(0)


def usual_levels(
    session: Session, product_id: int, warehouse_id: int | None, lead_days: int
) -> tuple[Decimal, Decimal]:
    """The minimum and maximum that would fit what went out lately: enough until the next delivery
    comes, and enough for the days that an order should last beyond that."""
    used = used_lately(session, product_id, warehouse_id)
    cover = max(options(session, OperationOptions).cover_days, 0)
    minimum = usual_minimum(used, HISTORY_DAYS, lead_days, 0)
    return minimum, usual_minimum(used, HISTORY_DAYS, lead_days, cover)
