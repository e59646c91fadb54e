"""Which method and policy hold for a product: its own rule, that of its category or of the nearest
one above, the options."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.catalog.api import Product, category_paths
from addons.inventory.models import StockRule
from addons.inventory.options import InventoryOptions
from core.api import cached_until_change, options

_RULES: Final = select(
    StockRule.category_id,
    StockRule.product_id,
    StockRule.method,
    StockRule.per_lot,
    StockRule.negative,
).where(
    or_(
        StockRule.category_id.is_not(None),
        StockRule.product_id == func.any(bindparam("products", type_=ARRAY(BIGINT))),
    )
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a product."""

    method: str
    per_lot: bool
    negative: str


def terms_of(session: Session, products: Collection[Product]) -> dict[int, Terms]:
    """What holds for each product: column by column, what is nearest to it says it."""
    given = options(session, InventoryOptions)
    default = Terms(given.method, given.per_lot, given.negative)
    if not _any_rule(session):
        return {product.id: default for product in products}
    rules = session.execute(_RULES, {"products": [one.id for one in products]}).all()
    by_category = {rule.category_id: rule for rule in rules if rule.category_id is not None}
    by_product = {rule.product_id: rule for rule in rules if rule.product_id is not None}
    paths = _paths(session, products) if by_category else {}
    found = {}
    for product in products:
        path = paths.get(product.category_id, ())
        nearest = [by_category[one] for one in path if one in by_category]
        if product.id in by_product:
            nearest.append(by_product[product.id])
        found[product.id] = _override(default, nearest)
    return found


@cached_until_change(StockRule)
def _any_rule(session: Session) -> bool:
    return session.scalar(select(StockRule.id).limit(1)) is not None


def _paths(session: Session, products: Iterable[Product]) -> Mapping[int | None, tuple[int, ...]]:
    wanted = {one.category_id for one in products if one.category_id is not None}
    return {**category_paths(session, wanted)}


def _override(terms: Terms, rules: Iterable[Any]) -> Terms:
    for rule in rules:
        terms = Terms(
            rule.method or terms.method,
            terms.per_lot if rule.per_lot is None else rule.per_lot,
            rule.negative or terms.negative,
        )
    return terms
