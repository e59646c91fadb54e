"""Reads what can be taken of products below a place, once nobody else can take it meanwhile.

Whoever reserves or moves goods of a product holds its pool of costs until the commit (see
`models.costs.CostPool`), products in ascending order. Only then is what is free read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.inventory.models import CostPool
from addons.inventory.services.reservations.choosing import Pile
from addons.inventory.services.reservations.storage import Storage, storage_of
from core.api import fetch_rows

_PILES: Final = text("""
SELECT pile.product_id, pile.location_id, pile.lot_id, pile.quantity - pile.reserved AS free,
       pile.since, lot.expires_on, place.contact_id IS NOT NULL AS lent,
       coalesce(
         (SELECT up.removal FROM inventory.location AS up
           WHERE up.removal IS NOT NULL
             AND (up.id = place.id OR starts_with(place.path, up.path || '/'))
           ORDER BY length(up.path) DESC LIMIT 1),
         'fefo') AS removal,
       EXISTS (SELECT 1 FROM inventory.storage_rule AS rule WHERE rule.removal IS NOT NULL) AS ruled
  FROM inventory.on_hand AS pile
  JOIN inventory.location AS place ON place.id = pile.location_id AND place.active
  JOIN inventory.location AS root ON root.id = :root
  LEFT JOIN inventory.lot AS lot ON lot.id = pile.lot_id
 WHERE pile.product_id = ANY(:products) AND pile.quantity > 0
   AND (place.id = root.id OR starts_with(place.path, root.path || '/'))
""").bindparams(bindparam("products", type_=ARRAY(BIGINT)))

_POOLS: Final = (
    select(CostPool.id)
    .where(
        CostPool.product_id == func.any(bindparam("products", type_=ARRAY(BIGINT))),
        CostPool.lot_id.is_(None),
    )
    .order_by(CostPool.product_id)
    .with_for_update()
)


def lock_goods(session: Session, product_ids: Collection[int]) -> None:
    """Keep everybody else from taking or promising goods of these products until the commit."""
    fetch_rows(session, _POOLS, {"products": sorted(set(product_ids))})


def piles_below(
    session: Session, product_ids: Collection[int], location_id: int, warehouse_id: int
) -> dict[int, list[Pile]]:
    """What there is of each product at a place and all below it, reserved or not. How it is taken
    out is said by the rules of the warehouse, or else by the nearest place; goods that expire go
    first where nothing is said."""
    found: dict[int, list[Pile]] = defaultdict(list)
    asked = {"products": sorted(set(product_ids)), "root": location_id}
    rows = fetch_rows(session, _PILES, asked)
    ruled = bool(rows) and rows[0].ruled
    rules = storage_of(session, warehouse_id, product_ids) if ruled else {}
    for row in rows:
        found[row.product_id].append(
            Pile(
                row.product_id,
                row.location_id,
                row.lot_id,
                row.free,
                row.since,
                row.expires_on,
                rules.get(row.product_id, Storage()).removal or row.removal,
                row.lent,
            )
        )
    return found
