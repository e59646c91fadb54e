"""Goods whose product went to another category: their value goes along, since each category may
have accounts of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import update
from sqlalchemy.orm import Session

from addons.catalog.api import Product
from addons.inventory.events import ValueLine
from addons.inventory.models import CostPool, ValueEntry
from addons.inventory.services.costs.pools import PoolRow
from addons.inventory.services.costs.values import Header
from addons.inventory.services.costs.writing import open_valuation, stock_valued
from addons.inventory.services.ledger.together import insert_together
from core.api import emit, phrase


def reclassify(
    session: Session,
    header: Header,
    pools: Iterable[PoolRow],
    products: Mapping[int, Product],
) -> None:
    """Bring these locked pools to their products' categories, by a valuation of its own on the
    header's day."""
    told: list[tuple[int, ValueLine]] = []
    for row in {pool.id: pool for pool in pools}.values():
        product = products[row.product_id]
        if row.category_id == product.category_id:
            continue
        if row.quantity or row.value:
            for category, sign in ((row.category_id, -1), (product.category_id, 1)):
                line = ValueLine(
                    "stock",
                    sign * row.value,
                    product.id,
                    category,
                    sign * row.quantity,
                    product.unit,
                )
                told.append((row.id, line))
        row.category_id = product.category_id
        session.execute(
            update(CostPool)
            .where(CostPool.id == row.id)
            .values(category_id=product.category_id)
            .execution_options(synchronize_session=False)
        )
    if told:
        _write(session, replace(header, reason=phrase("Product in another category")), told)


def _write(session: Session, header: Header, told: Sequence[tuple[int, ValueLine]]) -> None:
    valuation_id = open_valuation(session, header)
    insert_together(
        session,
        ValueEntry,
        [
            {
                "valuation_id": valuation_id,
                "day": header.day,
                "role": line.role,
                "amount": line.amount,
                "quantity": line.quantity,
                "product_id": line.product_id,
                "category_id": line.category_id,
                "pool_id": pool_id,
            }
            for pool_id, line in told
        ],
    )
    lines = tuple(line for _, line in told if line.amount)
    if lines:
        emit(session, stock_valued(header, valuation_id, lines))
