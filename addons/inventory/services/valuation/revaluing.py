"""Goods revalued by hand: another cost of a piece, another standard price, another method."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency, get_products, require_open
from addons.inventory.models import CostPool, Revaluation, StockRule
from addons.inventory.options import InventoryOptions
from addons.inventory.services.costs.money import ZERO, priced, smallest_unit
from addons.inventory.services.costs.pools import PoolRow, lock_pools, lock_products
from addons.inventory.services.costs.recording import record
from addons.inventory.services.costs.values import Draft, Header
from addons.inventory.services.ledger.checking import check_day
from addons.inventory.services.ledger.values import Source
from core.api import Conflict, InvalidInput, options, phrase, take_number

SOURCE: Final = "inventory.revaluation"


def post_revaluation(session: Session, asked: Revaluation) -> None:
    """Revalue the goods on the document's day. Raises InvalidInput where something is missing, and
    Conflict where goods moved after that day, or there is nothing to revalue."""
    if asked.state != "draft":
        raise Conflict(phrase("This revaluation is posted already."))
    check_day(asked.day)
    require_open(session, asked.day)
    product = get_products(session, [asked.product_id])[asked.product_id]
    pools = _pools(session, asked)
    for pool in pools:
        if pool.last_day is not None and asked.day < pool.last_day:
            raise Conflict(
                phrase("{product} was moved on {day}.", product=product.name, day=pool.last_day),
                fix=phrase("Choose that day or a later one."),
            )
    unit = smallest_unit(company_currency(session))
    drafts = [draft for pool in pools for draft in _drafts(asked, pool, unit)]
    if not drafts:
        raise Conflict(phrase("This changes nothing: there are no such goods, or they are so."))
    number = take_number(
        session, SOURCE, options(session, InventoryOptions).valuation_number, asked.day
    )
    header = Header(asked.day, asked.reason, number, source=Source(SOURCE, asked.id))
    asked.valuation_id = record(session, header, drafts, unit).valuation_id
    asked.number, asked.state = number, "posted"
    if asked.kind == "method":
        _keep_method(session, asked)
    session.flush()


def _pools(session: Session, asked: Revaluation) -> list[PoolRow]:
    """The pools that it is about: of the lot, or all of the product that hold something, and the
    product's own."""
    lock_products(session, [asked.product_id])
    wanted = select(CostPool.id).where(CostPool.product_id == asked.product_id)
    if asked.lot_id is not None and asked.kind == "cost":
        wanted = wanted.where(CostPool.lot_id == asked.lot_id)
    else:
        wanted = wanted.where(CostPool.lot_id.is_(None) | (CostPool.quantity != 0))
    return list(lock_pools(session, session.scalars(wanted).all()).values())


def _drafts(asked: Revaluation, pool: PoolRow, unit: Decimal) -> list[Draft]:
    if asked.kind == "method":
        return _method_drafts(asked, pool)
    if asked.unit_cost is None:
        raise InvalidInput.of("unit_cost", phrase("Enter what a piece costs from now on."))
    if pool.method == "standard":
        if asked.unit_cost == pool.standard:
            return []
        return [Draft(pool, "price", amount=asked.unit_cost)]
    if pool.quantity <= 0:
        return []
    change = priced(pool.quantity, asked.unit_cost, unit) - pool.value
    return [Draft(pool, "revalue", amount=change)] if change else []


def _method_drafts(asked: Revaluation, pool: PoolRow) -> list[Draft]:
    if asked.method is None:
        raise InvalidInput.of("method", phrase("Choose the method that holds from now on."))
    if asked.method == pool.method:
        return []
    price = pool.standard
    if asked.method == "standard":
        if asked.unit_cost is None:
            raise InvalidInput.of("unit_cost", phrase("Enter the standard price."))
        price = asked.unit_cost
    return [
        Draft(pool, "method", ZERO, price, role=pool.method, method=asked.method),
    ]


def _keep_method(session: Session, asked: Revaluation) -> None:
    """From now on the product has the method by a rule of its own."""
    rule = session.scalar(select(StockRule).where(StockRule.product_id == asked.product_id))
    if rule is None:
        rule = StockRule(product_id=asked.product_id)
        session.add(rule)
    rule.method = asked.method
