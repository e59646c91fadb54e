"""Lots and serial numbers of goods that move: found by their names, made when they arrive, and each
serial number once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.catalog.api import Product
from addons.inventory.models import Lot
from core.api import Conflict, InvalidInput, phrase

FIELD: Final = "lot"
_IN_STOCK: Final = text("""
SELECT lot.name, place.path
  FROM inventory.on_hand AS there
  JOIN inventory.lot AS lot ON lot.id = there.lot_id
  JOIN inventory.location AS place ON place.id = there.location_id
 WHERE there.lot_id = ANY(CAST(:lots AS bigint[])) AND there.quantity > 0
 ORDER BY lot.name LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class NamedLot:
    """A lot as somebody named it."""

    product_id: int
    name: str
    expires_on: date | None = None


def find_lots(session: Session, named: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """The ids of lots by product and name; those that are unknown are left out."""
    if not named:
        return {}
    known = select(Lot.product_id, Lot.name, Lot.id).where(
        tuple_(Lot.product_id, Lot.name).in_(list(set(named)))
    )
    return {(row.product_id, row.name): row.id for row in session.execute(known)}


def lots_that_arrive(
    session: Session, arriving: Iterable[NamedLot], products: Mapping[int, Product]
) -> dict[tuple[int, str], int]:
    """The ids of lots that arrive, made where they are new. Raises InvalidInput for goods that
    expire without saying when, and for a lot that is known to expire on another day."""
    named = {(one.product_id, one.name): one for one in arriving}
    known = {
        (row.product_id, row.name): row
        for row in session.execute(
            select(Lot.product_id, Lot.name, Lot.id, Lot.expires_on).where(
                tuple_(Lot.product_id, Lot.name).in_(list(named))
            )
        )
    }
    for key, one in named.items():
        _require_day(one, known.get(key), products[one.product_id])
    new = [one for key, one in sorted(named.items()) if key not in known]
    if new:
        _insert(session, new)
    return find_lots(session, list(named))


def require_not_in_stock(session: Session, lot_ids: Collection[int], product: Product) -> None:
    """Raise Conflict where a piece that arrives is in stock already: a serial number is one piece.
    Locks the lots, so that two cannot bring the same one in."""
    pieces = select(Lot.id).where(Lot.id.in_(set(lot_ids))).order_by(Lot.id)
    session.execute(pieces.with_for_update())
    there = session.execute(_IN_STOCK, {"lots": sorted(lot_ids)}).first()
    if there is not None:
        raise Conflict(
            phrase(
                "{product} with the serial number {serial} is in stock already, at {place}.",
                product=product.name,
                serial=there.name,
                place=there.path,
            ),
            fix=phrase("Look at the label again: every piece has a number of its own."),
        )


def require_pieces(product: Product, quantities: Iterable[tuple[str, Decimal]]) -> None:
    """Raise InvalidInput where a serial number is given for more than one piece, or twice."""
    seen: set[str] = set()
    for name, quantity in quantities:
        if quantity != 1 or name in seen:
            raise InvalidInput.of(
                FIELD,
                phrase(
                    "The serial number {serial} of {product} stands for one piece.",
                    serial=name,
                    product=product.name,
                ),
                fix=phrase("Give each piece its own number."),
            )
        seen.add(name)


def lot_missing(product: Product) -> InvalidInput:
    """What to say where goods that are told apart move without saying which they are."""
    said = (
        phrase("Say which pieces of {product} by their serial numbers.", product=product.name)
        if product.tracking == "serial"
        else phrase("Say of which lot {product} is.", product=product.name)
    )
    return InvalidInput.of(FIELD, said, fix=phrase("Scan or type the number on the label."))


def _require_day(one: NamedLot, known: Any, product: Product) -> None:
    if known is None and product.expires and one.expires_on is None:
        raise InvalidInput.of(
            "expires_on",
            phrase(
                "Say when the lot {lot} of {product} expires.", lot=one.name, product=product.name
            ),
            fix=phrase(
                "Receive it by its transfer, where the day is asked, or make the lot first."
            ),
        )
    if known is not None and one.expires_on not in (None, known.expires_on):
        raise InvalidInput.of(
            "expires_on",
            phrase("The lot {lot} is known to expire on another day.", lot=one.name),
            fix=phrase("Correct the day on the page of the lot, or give this lot another name."),
        )


def _insert(session: Session, new: list[NamedLot]) -> None:
    """Somebody else may be making the same lot: theirs is taken then."""
    rows = [
        {"product_id": one.product_id, "name": one.name, "expires_on": one.expires_on}
        for one in new
    ]
    session.execute(insert(Lot).values(rows).on_conflict_do_nothing())
