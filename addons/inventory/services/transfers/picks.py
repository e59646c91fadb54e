"""What was counted or scanned of a transfer before it is done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.api import Product, get_products
from addons.inventory.models import Lot, Package, Pick
from addons.inventory.services.ledger.balances import id_array
from addons.inventory.services.packages.packing import require_carried
from addons.inventory.services.reservations.placing import place_for_package
from addons.inventory.services.reservations.storage import storage_of_packages
from addons.inventory.services.transfers.checking import require_quantity
from addons.inventory.services.transfers.planning import is_put_away, put_away
from addons.inventory.services.transfers.sheets import lock_sheet
from addons.inventory.services.transfers.values import (
    ACTIVE_STATES,
    INBOUND,
    ZERO,
    LotPart,
    Sheet,
    SheetLine,
    Wanted,
)
from core.api import Conflict, InvalidInput, NotFound, announce, phrase


@dataclass(frozen=True, slots=True)
class Picked:
    """A quantity that somebody has in hand: of which lot, from or into which place, and in which
    package he has put it."""

    quantity: Decimal
    lot: str = ""
    expires_on: date | None = None
    from_id: int | None = None
    to_id: int | None = None
    package_id: int | None = None


def picked(session: Session, sheet: Sheet) -> dict[int, Wanted]:
    """What was picked of each line; nothing where nobody has begun."""
    parts: dict[int, list[LotPart]] = defaultdict(list)
    rows = session.execute(
        select(Pick, Lot.name)
        .outerjoin(Lot, Lot.id == Pick.lot_id)
        .where(Pick.line_id == func.any(id_array([line.id for line in sheet.lines])))
        .order_by(Pick.id)
    )
    found = rows.all()
    goals = _goals(session, sheet, [pick for pick, _ in found])
    for pick, lot in found:
        parts[pick.line_id].append(
            LotPart(
                lot or pick.lot_name,
                pick.quantity,
                pick.expires_on,
                pick.from_location_id,
                pick.to_location_id or goals.get(pick.package_id or 0),
            )
        )
    return {
        line: Wanted(sum((one.quantity for one in found), ZERO), tuple(found))
        for line, found in parts.items()
    }


def add_pick(session: Session, transfer_id: int, product_id: int, one: Picked) -> int:
    """Note goods that somebody has in hand, on the first line of the product that still lacks
    some; returns the line. Raises Conflict where the transfer lacks none of it, or where a serial
    number was picked before."""
    sheet = lock_sheet(session, transfer_id)
    _require_open(sheet)
    require_quantity(one.quantity)
    product = get_products(session, [product_id])[product_id]
    already = picked(session, sheet)
    line = _lacking(sheet, already, product, one.quantity)
    _require_piece(already, product, one)
    same = select(Pick).where(
        Pick.line_id == line.id,
        Pick.lot_name == one.lot,
        Pick.from_location_id.is_not_distinct_from(one.from_id),
        Pick.to_location_id.is_not_distinct_from(one.to_id),
        Pick.package_id.is_not_distinct_from(one.package_id),
    )
    known = session.scalar(same)
    if known is not None:
        known.quantity += one.quantity
    else:
        session.add(
            Pick(
                line_id=line.id,
                lot_name=one.lot,
                expires_on=one.expires_on,
                from_location_id=one.from_id,
                to_location_id=one.to_id,
                quantity=one.quantity,
                package_id=one.package_id,
            )
        )
    session.flush()
    _require_package(session, sheet, one.package_id)
    announce(session, "inventory.transfers", sheet.id)
    return line.id


def remove_pick(session: Session, transfer_id: int, pick_id: int) -> None:
    """Take back what was picked in error."""
    sheet = lock_sheet(session, transfer_id)
    _require_open(sheet)
    pick = session.get(Pick, pick_id)
    if pick is None or pick.line_id not in {line.id for line in sheet.lines}:
        raise NotFound(phrase("This was taken back already."))
    session.delete(pick)
    session.flush()
    announce(session, "inventory.transfers", sheet.id)


def _goals(session: Session, sheet: Sheet, picks: Sequence[Pick]) -> dict[int, int]:
    """Where each package goes: what lies in one is put away together, by the rule for its kind or
    else as its first goods are."""
    packed = [pick for pick in picks if pick.package_id is not None]
    if not packed:
        return {}
    goals = {one.package_id or 0: one.to_location_id for one in packed if one.to_location_id}
    products = {line.id: line.product_id for line in sheet.lines}
    usual = put_away(session, sheet, {products[pick.line_id] for pick in packed})
    stored = sheet.kind in (*INBOUND, "store") and is_put_away(session, sheet)
    for pick in packed:
        package_id = pick.package_id or 0
        if package_id not in goals:
            chosen = _by_kind(session, sheet, package_id) if stored else None
            goals[package_id] = chosen or usual[products[pick.line_id]]
    return {one: goal for one, goal in goals.items() if goal is not None}


def _by_kind(session: Session, sheet: Sheet, package_id: int) -> int | None:
    package = session.get(Package, package_id)
    if package is None or package.type_id is None:
        return None
    rule = storage_of_packages(session, sheet.warehouse_id, package.type_id)
    return None if rule is None else place_for_package(session, rule, package.type_id)


def _require_package(session: Session, sheet: Sheet, package_id: int | None) -> None:
    if package_id is None:
        return
    package = session.get(Package, package_id)
    if package is None or package.state != "open" or package.transfer_id != sheet.id:
        raise Conflict(
            phrase("This package is not being packed here any more."),
            fix=phrase("Begin another one."),
        )
    require_carried(session, package)


def _require_open(sheet: Sheet) -> None:
    if sheet.state not in ACTIVE_STATES:
        raise Conflict(
            phrase("{transfer} was done or cancelled already.", transfer=sheet.called)
            if sheet.state != "draft"
            else phrase("{transfer} is a draft.", transfer=sheet.called),
            fix=phrase("Open it again to see how it stands."),
        )


def _lacking(
    sheet: Sheet, already: dict[int, Wanted], product: Product, quantity: Decimal
) -> SheetLine:
    lines = [line for line in sheet.lines if line.product_id == product.id]
    if not lines:
        raise InvalidInput.of(
            "code",
            phrase("{product} is not on this transfer.", product=product.name),
            fix=phrase("Put it aside, or add it to the document that asked for it."),
        )
    for line in lines:
        in_hand = already[line.id].quantity if line.id in already else ZERO
        most = line.quantity * (1 + sheet.over_tolerance / 100) - line.moved
        if in_hand + quantity <= most:
            return line
    raise Conflict(
        phrase("All of {product} is in hand already.", product=product.name),
        fix=phrase("No more than was ordered can move."),
    )


def _require_piece(already: dict[int, Wanted], product: Product, one: Picked) -> None:
    if product.tracking != "serial" or not one.lot:
        return
    names = {part.name for wanted in already.values() for part in wanted.parts}
    if one.lot in names or one.quantity != 1:
        raise Conflict(
            phrase(
                "{product} with the serial number {serial} is in hand already.",
                product=product.name,
                serial=one.lot,
            )
        )
