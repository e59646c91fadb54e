"""What is always true of packages."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.api import Invariant, InvariantResult, msg

_PACKED: Final = text("""
SELECT coalesce(pile.product_id, packed.product_id) || ' @ '
       || coalesce(pile.location_id, packed.location_id)
  FROM inventory.on_hand AS pile
  FULL JOIN (SELECT item.product_id, package.location_id, item.lot_id,
                    sum(item.quantity) AS quantity
               FROM inventory.package_item AS item
               JOIN inventory.package ON package.id = item.package_id AND package.state = 'packed'
              GROUP BY item.product_id, package.location_id, item.lot_id) AS packed
    ON packed.product_id = pile.product_id AND packed.location_id = pile.location_id
   AND packed.lot_id IS NOT DISTINCT FROM pile.lot_id
 WHERE coalesce(pile.packed, 0) <> coalesce(packed.quantity, 0)
    OR coalesce(pile.packed, 0) > greatest(coalesce(pile.quantity, 0), 0) LIMIT 20
""")
_STEPS: Final = text("""
SELECT package.id FROM inventory.package
  JOIN (SELECT coalesce(item.package_id, step.package_id) AS package_id
          FROM (SELECT package_id, product_id, lot_id,
                       sum(CASE kind WHEN 'put_in' THEN quantity ELSE - quantity END) AS quantity
                  FROM inventory.package_step WHERE product_id IS NOT NULL
                 GROUP BY package_id, product_id, lot_id) AS step
          FULL JOIN inventory.package_item AS item
            ON item.package_id = step.package_id AND item.product_id = step.product_id
           AND item.lot_id IS NOT DISTINCT FROM step.lot_id
         WHERE coalesce(item.quantity, 0) <> coalesce(step.quantity, 0)) AS wrong
    ON wrong.package_id = package.id
 ORDER BY package.id LIMIT 20
""")


def packages_hold_what_is_there(session: Session) -> InvariantResult:
    """What lies in the packages of a place is what its balances call packed, and never more than
    there is."""
    bad = [str(one) for one in session.scalars(_PACKED)]
    return InvariantResult(not bad, f"{len(bad)} wrong", ", ".join(bad))


def packages_hold_what_was_put_in(session: Session) -> InvariantResult:
    """What lies in a package is what was put in, less what was taken out."""
    bad = [str(one) for one in session.scalars(_STEPS)]
    return InvariantResult(not bad, f"{len(bad)} wrong", ", ".join(bad))


INVARIANTS: Final = (
    Invariant(
        "inventory.packages_hold_what_is_there",
        msg("Packages hold no more than there is"),
        packages_hold_what_is_there,
    ),
    Invariant(
        "inventory.packages_hold_what_was_put_in",
        msg("Packages hold what was put in"),
        packages_hold_what_was_put_in,
    ),
)
