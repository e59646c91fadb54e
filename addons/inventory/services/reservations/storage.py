"""Where goods are kept and how they are taken out: the storage rules, the nearest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import category_paths, get_products
from addons.inventory.models import StorageRule
from addons.inventory.services.reservations.choosing import Removal


@dataclass(frozen=True, slots=True)
class Storage:
    """What the rules say of a product: where it is put away, and how it is taken out."""

    put_into: int | None = None
    removal: Removal | None = None
    strategy: str = "fixed"
    capacity: Decimal | None = None


def storage_of(
    session: Session, warehouse_id: int, product_ids: Collection[int]
) -> dict[int, Storage]:
    """What the rules of a warehouse say of each product: its own first, then that of its category
    and of those above it, then that for all goods."""
    rules = session.execute(
        select(
            StorageRule.product_id,
            StorageRule.category_id,
            StorageRule.put_into_id,
            StorageRule.removal,
            StorageRule.strategy,
            StorageRule.capacity,
        ).where(StorageRule.warehouse_id == warehouse_id, StorageRule.package_type_id.is_(None))
    ).all()
    if not rules:
        return {}
    by_product = {rule.product_id: rule for rule in rules if rule.product_id is not None}
    by_category = {rule.category_id: rule for rule in rules if rule.product_id is None}
    paths = _paths(session, product_ids) if by_category else {}
    found: dict[int, Storage] = {}
    for product_id in set(product_ids):
        nearest = [
            by_product.get(product_id),
            *(
                by_category.get(category)
                for category in (*reversed(paths.get(product_id, ())), None)
            ),
        ]
        known = [rule for rule in nearest if rule is not None]
        put = next((rule for rule in known if rule.put_into_id is not None), None)
        found[product_id] = Storage(
            put.put_into_id if put else None,
            cast("Removal | None", next((rule.removal for rule in known if rule.removal), None)),
            put.strategy if put else "fixed",
            put.capacity if put else None,
        )
    return found


def _paths(session: Session, product_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    products = get_products(session, product_ids)
    categories = {one.category_id for one in products.values() if one.category_id is not None}
    paths = category_paths(session, categories)
    return {one.id: paths.get(one.category_id or 0, ()) for one in products.values()}


def storage_of_packages(session: Session, warehouse_id: int, type_id: int) -> Storage | None:
    """What the rules say of packages of a kind, whatever lies in them; None where nothing."""
    rule = session.execute(
        select(StorageRule.put_into_id, StorageRule.strategy, StorageRule.capacity).where(
            StorageRule.warehouse_id == warehouse_id, StorageRule.package_type_id == type_id
        )
    ).first()
    return None if rule is None else Storage(rule.put_into_id, None, rule.strategy, rule.capacity)
