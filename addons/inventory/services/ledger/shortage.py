"""Goods that are not there: refused, warned of, or let go, as was decided for the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.catalog.api import Product
from addons.inventory.models import OnHand
from addons.inventory.services.costs.money import plain
from addons.inventory.services.costs.rules import Terms
from addons.inventory.services.ledger.checking import Place
from addons.inventory.services.ledger.values import MoveDraft
from core.api import (
    Conflict,
    fetch_rows,
    phrase,
)

# What there was at the end of each day since a document's own, which later moves left as it was.
_LEAST: Final = text("""
SELECT min(running) FROM (
  SELECT day, sum(sum(change)) OVER (ORDER BY day) AS running
    FROM (SELECT day, CASE WHEN to_id = :place THEN quantity ELSE - quantity END AS change
            FROM inventory.move
           WHERE product_id = :product AND :place IN (from_id, to_id)
             AND lot_id IS NOT DISTINCT FROM CAST(:lot AS bigint)) AS went
   GROUP BY day) AS days
 WHERE day >= :day
""")

_MISSING: Final = select(
    OnHand.product_id, OnHand.location_id, OnHand.lot_id, OnHand.quantity
).where(
    OnHand.product_id == func.any(bindparam("products", type_=ARRAY(BIGINT))),
    OnHand.quantity < 0,
)


def short_piles(
    session: Session, moves: Sequence[MoveDraft], places: Mapping[int, Place]
) -> dict[tuple[int, int, int | None], Decimal]:
    """The piles, by product, location and lot, that these moves took from and that hold less than
    nothing, with what they hold."""
    taken = {(move.product_id, move.from_id, move.lot_id) for move in moves}
    taken = {key for key in taken if places[key[1]].kept}
    if not taken:
        return {}
    rows = fetch_rows(session, _MISSING, {"products": sorted({key[0] for key in taken})})
    found = {(row[0], row[1], row[2]): row[3] for row in rows}
    return {key: quantity for key, quantity in found.items() if key in taken}


def settle_shortages(
    session: Session,
    moves: Sequence[MoveDraft],
    products: Mapping[int, Product],
    places: Mapping[int, Place],
    terms: Mapping[int, Terms],
) -> tuple[str, ...]:
    """Sentences on stock that became negative by these moves, which are written; raises Conflict
    where it may not."""
    warnings = []
    for key, quantity in short_piles(session, moves, places).items():
        product_id, location_id, _ = key
        # What a supplier left here cannot be less than nothing.
        policy = terms[product_id].negative if places[location_id].own else "forbid"
        if policy == "allow":
            continue
        name, place = products[product_id].name, places[location_id].path
        if policy == "forbid":
            raise _missing(name, place, -quantity)
        warnings.append(
            str(
                phrase(
                    "{missing} of {product} are missing at {location}.",
                    missing=plain(-quantity),
                    product=name,
                    location=place,
                )
            )
        )
    return tuple(warnings)


def refuse_past_shortages(
    session: Session,
    moves: Sequence[MoveDraft],
    day: date,
    products: Mapping[int, Product],
    places: Mapping[int, Place],
) -> None:
    """Raise Conflict where backdated moves, which are written, leave less than nothing on a day
    since, though there is enough today."""
    for key in sorted({(one.product_id, one.from_id, one.lot_id or 0) for one in moves}):
        product_id, location_id, lot_id = key
        if not places[location_id].kept:
            continue
        given = {
            "product": product_id,
            "place": location_id,
            "lot": lot_id or None,
            "day": day,
        }
        least = session.scalar(_LEAST, given)
        if least is not None and least < 0:
            raise _missing(products[product_id].name, places[location_id].path, -least)


def _missing(product: str, place: str, quantity: Decimal) -> Conflict:
    return Conflict(
        phrase(
            "There is not enough of {product} at {location}: {missing} are missing.",
            product=product,
            location=place,
            missing=plain(quantity),
        ),
        fix=phrase("Take less, receive or count the goods first, or take them from elsewhere."),
    )
