"""Pools of costs from the database: locked in one order by everybody, and read for their next
happenings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, insert
from sqlalchemy.orm import Session

from addons.inventory.models import CostPool
from addons.inventory.services.costs.money import per_unit
from addons.inventory.services.costs.pool import Layer, Pool
from addons.inventory.services.ledger.balances import id_array
from core.api import fetch_rows


@dataclass(slots=True)
class PoolRow:
    """A row of `cost_pool`, locked until the commit."""

    id: int
    product_id: int
    lot_id: int | None
    category_id: int | None
    method: str
    standard: Decimal
    quantity: Decimal
    value: Decimal
    last_day: date | None


PoolKey = tuple[int, int | None]
"""Product, and lot or None for goods that are valued together."""

_COLUMNS: Final = (
    CostPool.id,
    CostPool.product_id,
    CostPool.lot_id,
    CostPool.category_id,
    CostPool.method,
    CostPool.standard,
    CostPool.quantity,
    CostPool.value,
    CostPool.last_day,
)

# As many layers as will be used, those still to be filled, and those that are named.
# Built once: whatever moves goods locks their pools.
_POOLS: Final = (
    select(*_COLUMNS)
    .where(CostPool.product_id == func.any(bindparam("products", type_=ARRAY(BIGINT))))
    .order_by(CostPool.product_id, CostPool.lot_id.nulls_first())
    .with_for_update()
)
_LOCK: Final = _POOLS.where(CostPool.lot_id.is_(None))
_LOCK_LOTS: Final = _POOLS.where(
    CostPool.lot_id.is_(None)
    | (CostPool.lot_id == func.any(bindparam("lots", type_=ARRAY(BIGINT))))
)
_LAYERS: Final = text("""
SELECT layer.pool_id, layer.day, layer.id, layer.quantity AS original, layer.left_quantity,
       layer.left_value, layer.role
  FROM (SELECT event.*, sum(event.left_quantity)
                 OVER (PARTITION BY event.pool_id ORDER BY event.day, event.id)
               - event.left_quantity AS before
          FROM inventory.cost_event AS event
         WHERE event.pool_id = ANY (:pools) AND event.left_quantity <> 0) AS layer
  JOIN unnest(CAST(:pools AS bigint[]), CAST(:needs AS numeric[])) AS asked (pool_id, need)
    ON asked.pool_id = layer.pool_id
 WHERE layer.before < asked.need OR layer.left_quantity < 0 OR layer.id = ANY (:named)
 ORDER BY layer.pool_id, layer.day, layer.id
""")

_LAST_COSTS: Final = text("""
SELECT pool.id, last.value, last.quantity
  FROM unnest(CAST(:pools AS bigint[])) AS pool (id)
  JOIN LATERAL (SELECT event.value, event.quantity
                  FROM inventory.cost_event AS event
                 WHERE event.pool_id = pool.id AND event.kind IN ('in', 'out')
                   AND (CAST(:before AS date) IS NULL OR event.day < :before)
                 ORDER BY event.day DESC, event.id DESC LIMIT 1) AS last ON true
""")

_RETURNED: Final = text("""
SELECT pool_id, layer_id, - sum(quantity) AS quantity FROM inventory.cost_event
 WHERE layer_id = ANY (:layers) AND kind = 'out' GROUP BY pool_id, layer_id
""").bindparams(bindparam("layers", type_=ARRAY(BIGINT)))

ALL: Final = Decimal("1E30")
"""More than any pool holds: the need of whoever wants all layers."""


def lock_products(session: Session, product_ids: Collection[int]) -> None:
    """Hold these products until the commit: nobody else moves or values goods of them meanwhile.
    Whoever locks several documents and products does the documents first."""
    lock_heads(session, dict.fromkeys(product_ids, (None, "average")))


def lock_heads(
    session: Session,
    products: Mapping[int, tuple[int | None, str]],
    lot_ids: Collection[int] = (),
) -> dict[PoolKey, PoolRow]:
    """Lock the pools without a lot of these products, which have the given category and method if
    they are new, and those there are of these lots. In one order: product, then lot."""
    found = lock_there(session, products, lot_ids)
    missing = [one for one in sorted(products) if (one, None) not in found]
    if missing:
        make_pools(session, [((one, None), *products[one]) for one in missing])
        found = lock_there(session, products, lot_ids)
    return found


def lock_there(
    session: Session, product_ids: Collection[int], lot_ids: Collection[int] = ()
) -> dict[PoolKey, PoolRow]:
    """The same pools as far as they are there, locked; none is made."""
    asked = {"products": list(product_ids)}
    if lot_ids:
        asked["lots"] = list(lot_ids)
    found = fetch_rows(session, _LOCK_LOTS if lot_ids else _LOCK, asked)
    return {(row.product_id, row.lot_id): PoolRow(*row) for row in found}


def make_pools(
    session: Session, wanted: Iterable[tuple[PoolKey, int | None, str]]
) -> dict[PoolKey, PoolRow]:
    """Make pools with category and method, where nobody else has, and return them locked."""
    rows = [
        {
            "product_id": key[0],
            "lot_id": key[1],
            "category_id": category_id,
            "method": method,
        }
        for key, category_id, method in sorted(wanted, key=lambda one: (one[0][0], one[0][1] or 0))
    ]
    session.execute(insert(CostPool).values(rows).on_conflict_do_nothing())
    ids = {row["product_id"] for row in rows}
    lots = [row["lot_id"] for row in rows if row["lot_id"] is not None]
    return lock_there(session, ids, lots)


def lock_pools(session: Session, pool_ids: Collection[int]) -> dict[int, PoolRow]:
    """These pools by their ids, locked in the one order; lock their products before."""
    wanted = select(*_COLUMNS).where(CostPool.id == func.any(id_array(pool_ids)))
    ordered = wanted.order_by(CostPool.product_id, CostPool.lot_id.nulls_first())
    return {row.id: PoolRow(*row) for row in session.execute(ordered.with_for_update())}


def read_pools(
    session: Session,
    needs: Mapping[int, Decimal],
    rows: Mapping[int, PoolRow],
    unit: Decimal,
    named: Collection[int] = (),
) -> dict[int, Pool]:
    """The pools by their ids, each with as many layers as the pieces needed of it use up, the
    layers named, and all that are still to be filled."""
    pools = {pool_id: _pool(rows[pool_id], unit) for pool_id in needs}
    asked = [one for one, need in needs.items() if need or rows[one].quantity < 0 or named]
    if asked:
        given = {"pools": asked, "needs": [needs[one] for one in asked], "named": list(named)}
        for row in fetch_rows(session, _LAYERS, given):
            layer = Layer(
                row.day, row.id, row.original, row.left_quantity, row.left_value, row.role
            )
            pools[row.pool_id].layers.append(layer)
    empty = [one for one in needs if not rows[one].quantity]
    for pool_id, cost in last_costs(session, empty).items():
        pools[pool_id].last_cost = cost
    return pools


def read_returned(session: Session, pools: Mapping[int, Pool], layer_ids: Collection[int]) -> None:
    """Note on these layers how much of them went back to their supplier."""
    for row in fetch_rows(session, _RETURNED, {"layers": list(layer_ids)}):
        layer = pools[row.pool_id].find(row.layer_id)
        if layer is not None:
            layer.returned = row.quantity


def last_costs(
    session: Session, pool_ids: Collection[int], before: date | None = None
) -> dict[int, Decimal]:
    """What a piece that came or went last was worth, of pools of which that is known."""
    if not pool_ids:
        return {}
    found = fetch_rows(session, _LAST_COSTS, {"pools": list(pool_ids), "before": before})
    return {row.id: per_unit(row.value, row.quantity) for row in found}


def _pool(row: PoolRow, unit: Decimal) -> Pool:
    last = per_unit(row.value, row.quantity) if row.quantity else row.standard
    return Pool(row.method, unit, row.standard, row.quantity, row.value, last)
