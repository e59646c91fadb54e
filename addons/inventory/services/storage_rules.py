"""Storage rules as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.inventory.models import Location, StorageRule
from core.api import InvalidInput, phrase

_FIELDS: Final = (
    "warehouse_id",
    "product_id",
    "category_id",
    "package_type_id",
    "put_into_id",
    "removal",
    "capacity",
)


def create_rule(session: Session, values: Mapping[str, Any]) -> StorageRule:
    """A rule. Raises InvalidInput that names the field."""
    rule = StorageRule()
    _fill(session, rule, values)
    session.add(rule)
    session.flush()
    return rule


def update_rule(session: Session, rule: StorageRule, values: Mapping[str, Any]) -> StorageRule:
    """Change a rule."""
    _fill(session, rule, values)
    session.flush()
    return rule


def _fill(session: Session, rule: StorageRule, values: Mapping[str, Any]) -> None:
    for name in _FIELDS:
        if name in values:
            setattr(rule, name, values[name] or None)
    if "strategy" in values or rule.strategy is None:
        rule.strategy = values.get("strategy") or "fixed"
    if sum(map(bool, (rule.product_id, rule.category_id, rule.package_type_id))) > 1:
        raise InvalidInput.of(
            "category_id",
            phrase("A rule is for a product, a category or a kind of package."),
        )
    if rule.package_type_id and not rule.put_into_id:
        raise InvalidInput.of("put_into_id", phrase("Say where packages of this kind go."))
    if rule.capacity is not None and rule.capacity <= 0:
        raise InvalidInput.of("capacity", phrase("Write a quantity above zero."))
    if not rule.put_into_id and not rule.removal:
        raise InvalidInput.of("put_into_id", phrase("Say where goods go, or how they are taken."))
    if rule.put_into_id:
        place = session.get(Location, rule.put_into_id)
        if place is None or place.warehouse_id != rule.warehouse_id or place.kind != "internal":
            raise InvalidInput.of("put_into_id", phrase("Choose a place of this warehouse."))
    same = select(StorageRule.id).where(
        StorageRule.warehouse_id == rule.warehouse_id,
        StorageRule.product_id.is_not_distinct_from(rule.product_id),
        StorageRule.category_id.is_not_distinct_from(rule.category_id),
        StorageRule.package_type_id.is_not_distinct_from(rule.package_type_id),
    )
    with session.no_autoflush:
        if session.scalar(same) not in (None, rule.id):
            raise InvalidInput.of("warehouse_id", phrase("There is such a rule already."))
