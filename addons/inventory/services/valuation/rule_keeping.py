"""Stock rules, which cannot change the method of goods that are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.inventory.models import StockRule
from core.api import Conflict, InvalidInput, phrase

# Goods of a product, or of a category and those below it, with another method or granularity.
_IN_USE: Final = text("""
SELECT count(DISTINCT pool.product_id)
  FROM inventory.cost_pool AS pool
 WHERE pool.quantity <> 0
   AND (pool.product_id = CAST(:product AS bigint)
        OR pool.category_id = ANY (CAST(:categories AS bigint[])))
   AND (pool.method <> coalesce(CAST(:method AS text), pool.method)
        OR (pool.lot_id IS NOT NULL) <> coalesce(CAST(:per_lot AS boolean),
                                                 pool.lot_id IS NOT NULL))
""")


def create_rule(session: Session, values: Mapping[str, Any]) -> StockRule:
    """A new rule; see `update_rule`."""
    return _keep(session, StockRule(), values)


def update_rule(session: Session, rule: StockRule, values: Mapping[str, Any]) -> StockRule:
    """Change a rule. Raises InvalidInput for one of both a category and a product, or of none;
    Conflict for a method, or a value by lot, that goods in stock do not have: a revaluation
    changes a method with its day and reason."""
    return _keep(session, rule, values)


def _keep(session: Session, rule: StockRule, values: Mapping[str, Any]) -> StockRule:
    before = (rule.method, rule.per_lot)
    for name, value in values.items():
        setattr(rule, name, value or None if name != "per_lot" else value)
    if (rule.category_id is None) == (rule.product_id is None):
        raise InvalidInput.of("category_id", phrase("Choose either a category or a product."))
    if (rule.method, rule.per_lot) != before:
        _require_unused(session, rule)
    known = select(StockRule.id).where(
        StockRule.category_id == rule.category_id
        if rule.category_id is not None
        else StockRule.product_id == rule.product_id
    )
    with session.no_autoflush:
        other = session.scalar(known)
    if other is not None and other != rule.id:
        raise Conflict(phrase("There is a rule for this already: change that one."))
    session.add(rule)
    session.flush()
    return rule


def _require_unused(session: Session, rule: StockRule) -> None:
    given = {
        "product": rule.product_id,
        "categories": [] if rule.category_id is None else [rule.category_id],
        "method": rule.method,
        "per_lot": rule.per_lot,
    }
    with session.no_autoflush:
        used = session.scalar(_IN_USE, given)
    if used:
        raise Conflict(
            phrase("{count} products with goods in stock are valued otherwise.", count=used),
            fix=phrase("Change their method by a revaluation, which has a day and a reason."),
        )
