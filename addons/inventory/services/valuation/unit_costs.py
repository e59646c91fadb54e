"""What a piece of a product costs now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.inventory.models import CostPool
from addons.inventory.services.costs.money import ZERO, per_unit
from addons.inventory.services.costs.pools import last_costs
from core.api import fetch_rows

_POOLS: Final = select(
    CostPool.id,
    CostPool.product_id,
    CostPool.method,
    CostPool.standard,
    CostPool.quantity,
    CostPool.value,
).where(CostPool.product_id == func.any(bindparam("products", type_=ARRAY(BIGINT))))


def cost_of(session: Session, product_ids: Collection[int]) -> Mapping[int, Decimal]:
    """What a stock unit of each product costs in the company's currency: what there is is worth
    that, or, where there is nothing, what the last piece cost. Products of which nothing is known
    are left out."""
    pools = fetch_rows(session, _POOLS, {"products": list(product_ids)})
    sums: dict[int, list[Decimal]] = {}
    costs: dict[int, Decimal] = {}
    for pool in pools:
        if pool.method == "standard" and pool.standard:
            costs[pool.product_id] = pool.standard
        sum_of = sums.setdefault(pool.product_id, [ZERO, ZERO])
        sum_of[0] += pool.quantity
        sum_of[1] += pool.value
    for product_id, (quantity, value) in sums.items():
        if product_id not in costs and quantity > 0:
            costs[product_id] = per_unit(value, quantity)
    unknown = {pool.id: pool.product_id for pool in pools if pool.product_id not in costs}
    for pool_id, cost in last_costs(session, list(unknown)).items():
        costs[unknown[pool_id]] = cost
    return costs
