"""What is always true of the stock, each with the figure that shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from addons.inventory.services.costs.rules import terms_of
from core.api import Invariant, InvariantResult, msg

_BALANCES: Final = """
SELECT product_id || ' @ ' || location_id, kept, moved FROM (
  SELECT product_id, location_id, lot_id, sum(kept) AS kept, sum(moved) AS moved FROM (
    SELECT product_id, location_id, lot_id, quantity AS kept, 0 AS moved FROM inventory.on_hand
    UNION ALL
    SELECT product_id, to_id, lot_id, 0, quantity FROM inventory.move
    UNION ALL
    SELECT product_id, from_id, lot_id, 0, - quantity FROM inventory.move) AS either
   JOIN inventory.location AS place
     ON place.id = either.location_id AND place.kind IN ('internal', 'transit', 'consigned')
  GROUP BY product_id, location_id, lot_id) AS compared
 WHERE kept <> moved LIMIT 20
"""
_POOLS: Final = """
SELECT pool.product_id::text, pool.quantity || ' / ' || pool.value,
       coalesce(line.quantity, 0) || ' / ' || coalesce(line.value, 0)
  FROM inventory.cost_pool AS pool
  LEFT JOIN (SELECT pool_id, sum(quantity) AS quantity, sum(amount) AS value
               FROM inventory.value_line WHERE role = 'stock' GROUP BY pool_id) AS line
    ON line.pool_id = pool.id
 WHERE pool.quantity <> coalesce(line.quantity, 0) OR pool.value <> coalesce(line.value, 0)
    OR (pool.quantity = 0 AND pool.value <> 0) OR (pool.quantity > 0 AND pool.value < 0)
 LIMIT 20
"""
_LAYERS: Final = """
SELECT pool.product_id::text, pool.quantity || ' / ' || pool.value,
       coalesce(layer.quantity, 0) || ' / ' || coalesce(layer.value, 0)
  FROM inventory.cost_pool AS pool
  LEFT JOIN (SELECT pool_id, sum(left_quantity) AS quantity, sum(left_value) AS value
               FROM inventory.cost_event WHERE left_quantity <> 0 GROUP BY pool_id) AS layer
    ON layer.pool_id = pool.id
 WHERE pool.quantity <> coalesce(layer.quantity, 0)
    OR ((pool.method = 'fifo' OR pool.quantity < 0) AND pool.value <> coalesce(layer.value, 0))
 LIMIT 20
"""
_USES: Final = """
SELECT layer.id::text, layer.left_quantity || ' / ' || layer.left_value,
       coalesce(used.quantity, 0) || ' / ' || coalesce(used.value, 0)
  FROM inventory.cost_event AS layer
  LEFT JOIN (SELECT layer_id, sum(quantity) AS quantity, sum(value) AS value
               FROM inventory.layer_use GROUP BY layer_id) AS used ON used.layer_id = layer.id
 WHERE layer.left_quantity <> coalesce(used.quantity, 0)
    OR layer.left_value <> coalesce(used.value, 0)
    OR layer.left_quantity NOT BETWEEN LEAST(layer.quantity, 0) AND GREATEST(layer.quantity, 0)
 LIMIT 20
"""
_MOVES: Final = """
SELECT product_id::text, moved, valued FROM (
  SELECT product_id, sum(moved) AS moved, sum(valued) AS valued FROM (
    SELECT pile.product_id, pile.quantity AS moved, 0 AS valued FROM inventory.on_hand AS pile
      JOIN inventory.location AS place ON place.id = pile.location_id AND place.kind <> 'consigned'
    UNION ALL
    SELECT product_id, 0, quantity FROM inventory.cost_pool) AS either
   GROUP BY product_id) AS compared
 WHERE moved <> valued LIMIT 20
"""
_MONTHS: Final = """
SELECT product_id::text, kept, lines FROM (
  SELECT product_id, month, category_id, sum(kept) AS kept, sum(lines) AS lines FROM (
    SELECT product_id, month, category_id, value AS kept, 0 AS lines FROM inventory.month_value
    UNION ALL
    SELECT product_id, date_trunc('month', day)::date, coalesce(category_id, 0), 0, amount
      FROM inventory.value_line WHERE role = 'stock') AS either
   GROUP BY product_id, month, category_id) AS compared
 WHERE kept <> lines LIMIT 20
"""
_BALANCED: Final = """
SELECT valuation_id::text, sum(amount), 0 FROM inventory.value_line
 GROUP BY valuation_id HAVING sum(amount) <> 0 LIMIT 20
"""
# Goods that went to customers without a transfer were gone when anybody heard of it.
_NEGATIVE: Final = text("""
SELECT DISTINCT pile.product_id FROM inventory.on_hand AS pile
 WHERE pile.quantity < 0 AND NOT EXISTS (
   SELECT 1 FROM inventory.move
     JOIN inventory.location AS goal ON goal.id = move.to_id AND goal.kind = 'customer'
    WHERE move.product_id = pile.product_id AND move.from_id = pile.location_id
      AND move.lot_id IS NOT DISTINCT FROM pile.lot_id
      AND move.transfer_line_id IS NULL AND move.source_id IS NOT NULL)
""")


def _differences(query: str) -> Callable[[Session], InvariantResult]:
    """A check that finds rows which differ, and names them."""
    statement = text(query)

    def check(session: Session) -> InvariantResult:
        bad = session.execute(statement).all()
        detail = "; ".join(f"{what}: {kept} ≠ {wanted}" for what, kept, wanted in bad)
        return InvariantResult(not bad, f"{len(bad)} apart", detail)

    return check


def no_forbidden_shortage(session: Session) -> InvariantResult:
    """There is less than nothing only of products that may be short, or were sold at a till."""
    short = get_products(session, set(session.scalars(_NEGATIVE)))
    terms = terms_of(session, list(short.values()))
    bad = [one.name for one in short.values() if terms[one.id].negative == "forbid"]
    return InvariantResult(not bad, f"{len(bad)} products", "; ".join(bad[:20]))


INVARIANTS: Final = (
    Invariant(
        "inventory.balances_equal_moves",
        msg("Stock on hand is the sum of the moves"),
        _differences(_BALANCES),
    ),
    Invariant(
        "inventory.valued_equals_on_hand",
        msg("As many goods are valued as there are"),
        _differences(_MOVES),
    ),
    Invariant(
        "inventory.pools_equal_lines",
        msg("The stock is worth what its value lines sum to, and nothing where it is empty"),
        _differences(_POOLS),
    ),
    Invariant(
        "inventory.layers_equal_pools",
        msg("Layers hold the goods and the value of the stock"),
        _differences(_LAYERS),
    ),
    Invariant(
        "inventory.layers_equal_uses",
        msg("No layer is used beyond what it held"),
        _differences(_USES),
    ),
    Invariant(
        "inventory.months_equal_lines",
        msg("Sums by month equal the value lines"),
        _differences(_MONTHS),
    ),
    Invariant(
        "inventory.valuations_balance", msg("Every valuation balances"), _differences(_BALANCED)
    ),
    Invariant(
        "inventory.no_forbidden_shortage",
        msg("No stock is negative where that is forbidden"),
        no_forbidden_shortage,
    ),
)
