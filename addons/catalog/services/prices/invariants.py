"""What is always true of price lists and bundles."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.api import Invariant, InvariantResult, msg

_CIRCLES = text("""
WITH RECURSIVE reach(start, list_id) AS (
  SELECT list_id, base_list_id FROM catalog.price_rule WHERE base_list_id IS NOT NULL
  UNION
  SELECT reach.start, r.base_list_id FROM reach
    JOIN catalog.price_rule AS r ON r.list_id = reach.list_id
   WHERE r.base_list_id IS NOT NULL
)
SELECT DISTINCT l.name FROM reach JOIN catalog.price_list AS l ON l.id = reach.start
 WHERE reach.start = reach.list_id ORDER BY l.name LIMIT 20
""")
_NESTED = text("""
SELECT DISTINCT p.sku FROM catalog.bundle_part AS part
  JOIN catalog.bundle AS inner_one ON inner_one.product_id = part.product_id
  JOIN catalog.product AS p ON p.id = part.product_id
 ORDER BY p.sku LIMIT 20
""")


def lists_end_somewhere(session: Session) -> InvariantResult:
    """No price list is based on itself, in however many steps."""
    bad = list(session.scalars(_CIRCLES))
    return InvariantResult(not bad, f"{len(bad)} in a circle", ", ".join(bad))


def bundles_are_flat(session: Session) -> InvariantResult:
    """No part of a bundle is a bundle itself."""
    bad = list(session.scalars(_NESTED))
    return InvariantResult(not bad, f"{len(bad)} nested", ", ".join(bad))


INVARIANTS = (
    Invariant(
        "catalog.lists_end_somewhere",
        msg("Price lists are based on each other without circles"),
        lists_end_somewhere,
    ),
    Invariant("catalog.bundles_are_flat", msg("Bundles hold no bundles"), bundles_are_flat),
)
