"""What promotions and other rules go by: the categories and the brand of products, and what price
lists are called."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.models import Category, Product
from addons.catalog.models.prices import PriceList


@dataclass(frozen=True, slots=True)
class Traits:
    """The categories of a product, from the root down to its own, and its brand."""

    category_ids: tuple[int, ...]
    brand_id: int | None


def product_traits(session: Session, product_ids: Collection[int]) -> dict[int, Traits]:
    """The traits of these products by their ids, in one statement; unknown ones are left out."""
    if not product_ids:
        return {}
    rows = session.execute(
        select(Product.id, Category.path, Product.brand_id)
        .outerjoin(Category, Category.id == Product.category_id)
        .where(Product.id.in_(set(product_ids)))
    )
    return {row[0]: Traits(tuple(row[1] or ()), row[2]) for row in rows}


def price_list_names(session: Session, list_ids: Collection[int]) -> dict[int, str]:
    """What these price lists are called."""
    if not list_ids:
        return {}
    rows = session.execute(
        select(PriceList.id, PriceList.name).where(PriceList.id.in_(set(list_ids)))
    )
    return {row[0]: row[1] for row in rows}
