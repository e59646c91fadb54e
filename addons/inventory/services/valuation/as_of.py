"""What there was and what it was worth at the end of any day, by the days on which it was posted:
sums of the months before, and the lines of the month itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_BY_PRODUCT: Final = text("""
WITH parts AS (
  SELECT product_id, quantity, value FROM inventory.month_value
   WHERE month < date_trunc('month', CAST(:day AS date))
     AND (CAST(:products AS bigint[]) IS NULL OR product_id = ANY (:products))
  UNION ALL
  SELECT product_id, quantity, amount FROM inventory.value_line
   WHERE role = 'stock' AND day BETWEEN date_trunc('month', CAST(:day AS date)) AND :day
     AND (CAST(:products AS bigint[]) IS NULL OR product_id = ANY (:products))
)
SELECT product_id, sum(quantity) AS quantity, sum(value) AS value
  FROM parts GROUP BY product_id
HAVING sum(quantity) <> 0 OR sum(value) <> 0
 ORDER BY product_id
""")
_BY_CATEGORY: Final = text("""
WITH parts AS (
  SELECT category_id, value FROM inventory.month_value
   WHERE month < date_trunc('month', CAST(:day AS date))
  UNION ALL
  SELECT coalesce(category_id, 0), amount FROM inventory.value_line
   WHERE role = 'stock' AND day BETWEEN date_trunc('month', CAST(:day AS date)) AND :day
)
SELECT nullif(category_id, 0) AS category_id, sum(value) AS value
  FROM parts GROUP BY 1 HAVING sum(value) <> 0 ORDER BY 1
""")
_TOTAL: Final = text("SELECT coalesce(sum(value), 0) FROM inventory.cost_pool")


@dataclass(frozen=True, slots=True)
class ProductValue:
    """What there was of a product, and what it was worth in the company's currency."""

    product_id: int
    quantity: Decimal
    value: Decimal


def valuation_as_of(
    session: Session, day: date, product_ids: Collection[int] | None = None
) -> tuple[ProductValue, ...]:
    """Quantity and value of each product, or of these, at the end of a day; those of which there
    was nothing are left out."""
    products = None if product_ids is None else sorted(set(product_ids))
    rows = session.execute(_BY_PRODUCT, {"day": day, "products": products})
    return tuple(ProductValue(*row) for row in rows)


def stock_values_by_category(session: Session, day: date) -> dict[int | None, Decimal]:
    """What the goods of each category were worth at the end of a day, in the company's currency:
    what the stock accounts of the books hold."""
    rows = session.execute(_BY_CATEGORY, {"day": day})
    return {row.category_id: row.value for row in rows}


def stock_value(session: Session) -> Decimal:
    """What all goods are worth now."""
    return session.execute(_TOTAL).scalar_one()
