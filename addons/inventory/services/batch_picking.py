"""Picks a batch by scanning: each piece goes to the first order that still lacks it, and whoever
picks is told into which box."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import get_products, scan
from addons.inventory.models import Location
from addons.inventory.services.batches import Stop, walk
from addons.inventory.services.transfers.picks import Picked, add_pick
from core.api import Conflict, InvalidInput, NotFound, phrase


@dataclass(frozen=True, slots=True)
class Taken:
    """What a scan came to: a sentence; the bin that holds for what follows; the product of which
    the next scan names the lot."""

    said: str
    place_id: int | None = None
    asks_lot: int | None = None
    quantity: Decimal = Decimal(1)


def scan_in_batch(
    session: Session,
    batch_id: int,
    code: str,
    *,
    place_id: int | None = None,
    asks_lot: int | None = None,
    quantity: Decimal = Decimal(1),
) -> Taken:
    """Note what was scanned on a walk. Raises NotFound for a code that means nothing here, Conflict
    where no order of the batch lacks it, and what `add_pick` raises."""
    code = code.strip()
    if not code:
        raise InvalidInput.of("code", phrase("Scan or type a code."))
    if asks_lot is not None:
        return _take(session, batch_id, asks_lot, quantity, code, place_id)
    place = session.scalar(select(Location).where(Location.barcode == code, Location.active))
    if place is not None:
        return Taken(phrase("At {place}.", place=place.path), place_id=place.id)
    found = scan(session, code)
    if found is None:
        raise NotFound(
            phrase("{code} is no product and no place.", code=code[:80]),
            fix=phrase("Scan the product first, then its lot."),
        )
    product = get_products(session, [found.product_id])[found.product_id]
    if product.tracking != "none" and not found.lot:
        said = phrase("Scan the lot or serial number of {product}.", product=product.name)
        return Taken(said, place_id, product.id, found.quantity)
    lot = found.lot or "" if product.tracking != "none" else ""
    return _take(session, batch_id, product.id, found.quantity, lot, place_id)


def _take(
    session: Session,
    batch_id: int,
    product_id: int,
    quantity: Decimal,
    lot: str,
    place_id: int | None,
) -> Taken:
    """Share what was scanned out to the stops that lack it: at the bin where the picker stands
    first, of the lot that he holds."""
    stops = [one for one in walk(session, batch_id) if one.product_id == product_id and one.left]
    stops.sort(key=lambda one: (one.place_id != place_id, (one.lot or "") != lot))
    product = get_products(session, [product_id]).get(product_id)
    if product is None:
        raise NotFound(phrase("There is no such product."))
    if not stops:
        raise Conflict(
            phrase("No order of this batch lacks {product}.", product=product.name),
            fix=phrase("Put it back, or choose the order on its own page."),
        )
    boxes: list[tuple[int, Decimal]] = []
    left = quantity
    for stop in stops:
        taken = min(left, stop.left)
        if taken > 0:
            _pick(session, stop, taken, lot, place_id)
            boxes.append((stop.box, taken))
            left -= taken
    if left > 0:
        raise Conflict(
            phrase(
                "{quantity} more of {product} than the orders of this batch lack.",
                quantity=f"{left.normalize():f}",
                product=product.name,
            )
        )
    shared = ", ".join(f"{box}: {taken.normalize():f}" for box, taken in boxes)
    if len(boxes) > 1:
        said = phrase("{product}, by boxes: {shared}", product=product.name, shared=shared)
        return Taken(said, place_id)
    said = phrase(
        "Into box {box}: {product} × {quantity}",
        box=boxes[0][0],
        product=product.name,
        quantity=f"{quantity.normalize():f}",
    )
    return Taken(said, place_id)


def _pick(session: Session, stop: Stop, quantity: Decimal, lot: str, place_id: int | None) -> None:
    """From the bin where the picker stands, or else from the one that was planned; goods that come
    from outside, into the bin."""
    if stop.place_id is None:
        one = Picked(quantity, lot, to_id=place_id)
    else:
        one = Picked(quantity, lot, from_id=place_id or stop.place_id)
    add_pick(session, stop.transfer_id, stop.product_id, one)
