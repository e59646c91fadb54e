"""Goods that a count keeps where they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.catalog.api import Product, category_paths
from core.api import (
    Conflict,
    fetch_rows,
    phrase,
)

_FROZEN: Final = text("""
SELECT counted.id, counted.category_id, place.path
  FROM inventory.stock_count AS counted
  JOIN inventory.location AS root ON root.id = counted.location_id
  JOIN inventory.location AS place ON place.id = ANY(:places)
       AND (place.id = root.id OR starts_with(place.path, root.path || '/'))
 WHERE counted.state IN ('counting', 'review') AND counted.frozen
""").bindparams(bindparam("places", type_=ARRAY(BIGINT)))


def require_not_frozen(
    session: Session, location_ids: Collection[int], products: Mapping[int, Product]
) -> None:
    """Raise Conflict where one of these products would move at a place that is being counted, by
    a count that keeps goods where they are."""
    for row in fetch_rows(session, _FROZEN, {"places": sorted(location_ids)}):
        if row.category_id is None or _holds(session, row.category_id, products):
            raise Conflict(
                phrase("{place} is being counted: nothing moves there.", place=row.path),
                fix=phrase("Finish or cancel count {count} first.", count=row.id),
            )


def _holds(session: Session, category_id: int, products: Mapping[int, Product]) -> bool:
    categories = {one.category_id for one in products.values() if one.category_id is not None}
    return any(category_id in path for path in category_paths(session, categories).values())
