"""What is to be done in the store: counted by kind, with what is late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.options import OperationOptions
from core.api import options, today

_TO_DO: Final = text("""
SELECT kind, count(*) AS number, count(*) FILTER (WHERE state = 'ready') AS ready,
       count(*) FILTER (WHERE day < :today) AS late
  FROM inventory.transfer
 WHERE state IN ('waiting', 'ready')
   AND (CAST(:warehouse AS bigint) IS NULL OR warehouse_id = :warehouse)
 GROUP BY kind
""")
_EXPIRING: Final = text("""
SELECT lot.id, lot.name, lot.product_id, lot.expires_on, sum(pile.quantity) AS quantity
  FROM inventory.lot AS lot
  JOIN inventory.on_hand AS pile ON pile.lot_id = lot.id AND pile.quantity > 0
 WHERE lot.expires_on <= :until
 GROUP BY lot.id ORDER BY lot.expires_on, lot.id LIMIT :most
""")
_BY_PLACE: Final = text("""
SELECT house.id AS warehouse_id, house.name, sum(pile.quantity) AS quantity,
       sum(pile.reserved) AS reserved
  FROM inventory.on_hand AS pile
  JOIN inventory.location AS place ON place.id = pile.location_id
  LEFT JOIN inventory.warehouse AS house ON house.id = place.warehouse_id
 WHERE pile.product_id = :product
 GROUP BY house.id, house.name HAVING sum(pile.quantity) <> 0 OR sum(pile.reserved) <> 0
 ORDER BY house.name NULLS LAST
""")


@dataclass(frozen=True, slots=True)
class ToDo:
    """How many transfers of a kind are open, ready and late."""

    kind: str
    number: int
    ready: int
    late: int


@dataclass(frozen=True, slots=True)
class Expiring:
    """A lot in stock that has expired or is about to."""

    lot_id: int
    name: str
    product_id: int
    expires_on: date
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class InWarehouse:
    """What there is of a product in a warehouse; on the way where there is none."""

    warehouse_id: int | None
    name: str
    quantity: Decimal
    reserved: Decimal


def to_do(session: Session, warehouse_id: int | None = None) -> Mapping[str, ToDo]:
    """Open transfers by their kind."""
    asked = {"today": today(session), "warehouse": warehouse_id}
    return {row.kind: ToDo(*row) for row in session.execute(_TO_DO, asked)}


def expiring(session: Session, most: int = 20) -> Sequence[Expiring]:
    """Lots in stock that have expired or will within the days of the options, the first first."""
    days = max(options(session, OperationOptions).expiry_days, 0)
    asked = {"until": today(session) + timedelta(days=days), "most": most}
    return [Expiring(*row) for row in session.execute(_EXPIRING, asked)]


def by_warehouse(session: Session, product_id: int) -> Sequence[InWarehouse]:
    """What there is of a product, warehouse by warehouse."""
    rows = session.execute(_BY_PLACE, {"product": product_id})
    return [InWarehouse(row[0], row[1] or "", row[2], row[3]) for row in rows]
