"""What a scanner reads while goods are moved: a product, a lot or serial number, a place, or a
package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import Product, get_products, scan
from addons.inventory.models import Location, Lot, Package
from addons.inventory.services.packages.packing import package_for, take_whole
from addons.inventory.services.transfers.picks import Picked, add_pick
from addons.inventory.services.transfers.sheets import sheet_of
from addons.inventory.services.transfers.values import INBOUND, Sheet
from core.api import Conflict, InvalidInput, NotFound, phrase


@dataclass(frozen=True, slots=True)
class Seen:
    """What a scan came to. `place_id` is the bin that the next goods are taken from or put into,
    `asks_lot` the product of which the next scan names the lot, with its quantity."""

    said: str
    line_id: int | None = None
    place_id: int | None = None
    asks_lot: int | None = None
    quantity: Decimal = Decimal(1)
    package_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Hand:
    """What was scanned before and holds for what follows: a place, and a package."""

    place_id: int | None
    package_id: int | None


def take_scan(
    session: Session,
    transfer_id: int,
    code: str,
    *,
    place_id: int | None = None,
    asks_lot: int | None = None,
    quantity: Decimal = Decimal(1),
    expires_on: date | None = None,
    package_id: int | None = None,
) -> Seen:
    """Note what was scanned on a transfer: a bin or an open package for what follows, the lot that
    was asked for, a closed package with all that is in it, or goods. Raises NotFound for a code
    that means nothing here, and what `add_pick` and `take_whole` raise."""
    sheet = sheet_of(session, transfer_id)
    code = code.strip()
    if not code:
        raise InvalidInput.of("code", phrase("Scan or type a code."))
    hand = _Hand(place_id, package_id)
    if asks_lot is not None:
        product = _product(session, asks_lot)
        return _pick(session, sheet, product, quantity, code, expires_on, hand)
    place = session.scalar(select(Location).where(Location.barcode == code, Location.active))
    if place is not None:
        return Seen(
            phrase("At {place}.", place=place.path), place_id=place.id, package_id=package_id
        )
    package = package_for(session, sheet, code)
    if package is not None:
        return _package(session, sheet, package, place_id)
    found = scan(session, code)
    if found is not None:
        product = _product(session, found.product_id)
        if product.tracking != "none" and not found.lot:
            return Seen(
                phrase("Scan the lot or serial number of {product}.", product=product.name),
                place_id=place_id,
                asks_lot=product.id,
                quantity=found.quantity,
                package_id=package_id,
            )
        lot = found.lot or "" if product.tracking != "none" else ""
        expires = found.expires_on or expires_on
        return _pick(session, sheet, product, found.quantity, lot, expires, hand)
    return _by_lot(session, sheet, code, hand)


def line_of_scan(session: Session, code: str) -> Mapping[str, Any] | None:
    """The line of a new transfer that a code means."""
    found = scan(session, code)
    if found is None:
        return None
    return {"product_id": found.product_id, "quantity": found.quantity}


def _package(session: Session, sheet: Sheet, package: Package, place_id: int | None) -> Seen:
    """An open package is filled by what follows; a closed one goes along with all that is in it."""
    if package.state == "open":
        if package.transfer_id != sheet.id:
            raise Conflict(
                phrase("Package {number} is packed for another transfer.", number=package.number)
            )
        said = phrase("What follows goes into {number}.", number=package.number)
        return Seen(said, place_id=place_id, package_id=package.id)
    take_whole(session, sheet, package, place_id)
    said = phrase("Package {number} is in hand with all that is in it.", number=package.number)
    return Seen(said, place_id=place_id)


def _by_lot(session: Session, sheet: Sheet, code: str, hand: _Hand) -> Seen:
    """A label that bears the number of a lot alone: that of a product on this transfer."""
    products = [line.product_id for line in sheet.lines]
    lots = session.scalars(
        select(Lot).where(Lot.name == code, Lot.product_id.in_(products)).limit(2)
    ).all()
    if len(lots) != 1:
        raise NotFound(
            phrase("{code} is no product, lot or place that is known here.", code=code[:80]),
            fix=phrase("Scan the product first, then its lot."),
        )
    product = _product(session, lots[0].product_id)
    return _pick(session, sheet, product, Decimal(1), code, None, hand)


def _pick(
    session: Session,
    sheet: Sheet,
    product: Product,
    quantity: Decimal,
    lot: str,
    expires_on: date | None,
    hand: _Hand,
) -> Seen:
    incoming = sheet.kind in (*INBOUND, "store", "check")
    one = Picked(
        quantity,
        lot,
        expires_on,
        from_id=None if incoming else hand.place_id,
        to_id=hand.place_id if incoming else None,
        package_id=hand.package_id,
    )
    line = add_pick(session, sheet.id, product.id, one)
    said = phrase(
        "{product} × {quantity}", product=product.name, quantity=f"{quantity.normalize():f}"
    )
    return Seen(said, line_id=line, place_id=hand.place_id, package_id=hand.package_id)


def _product(session: Session, product_id: int) -> Product:
    return get_products(session, [product_id])[product_id]
