"""Packs what a transfer moves: into packages begun for it, or as packages that go as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from addons.inventory.models import Location, Lot, Package, PackageType, Pick
from addons.inventory.services.packages.finding import (
    find_package,
    items_of,
    lock_package,
    lock_tree,
    next_number,
)
from addons.inventory.services.packages.sscc import read_sscc
from addons.inventory.services.reservations.reserving import held_by
from addons.inventory.services.transfers.sheets import lock_sheet
from addons.inventory.services.transfers.values import ACTIVE_STATES, INCOMING, ZERO, Sheet
from core.api import Conflict, InvalidInput, announce, phrase

_ARRIVING: Final = (*INCOMING, "arrive", "store", "check")
_BACK: Final = ("customer_return", "receipt")


def begin_package(
    session: Session, transfer_id: int, type_id: int | None = None, code: str = ""
) -> Package:
    """A new package for what a transfer moves; `code` is the SSCC that goods come with. Raises
    Conflict for a transfer that is not open, InvalidInput for a type or code that is not one."""
    sheet = lock_sheet(session, transfer_id)
    _require_open(sheet)
    if type_id is not None and session.get(PackageType, type_id) is None:
        raise InvalidInput.of("type_id", phrase("There is no such kind of package."))
    if code:
        sscc = read_sscc(code)
        if sscc is None:
            raise InvalidInput.of("code", phrase("{code} is no SSCC.", code=code[:40]))
        number = sscc
    else:
        number, sscc = next_number(session)
    package = Package(number=number, sscc=sscc, type_id=type_id, transfer_id=sheet.id, state="open")
    session.add(package)
    session.flush()
    announce(session, "inventory.transfers", sheet.id)
    return package


def pack_all(session: Session, transfer_id: int, type_id: int | None = None) -> Package:
    """Put what is in hand and lies loose into a new package; where nobody has begun, all that the
    transfer moves. Raises Conflict where there is nothing to pack, InvalidInput where that is too
    heavy or lots are still to be named."""
    sheet = lock_sheet(session, transfer_id)
    _require_open(sheet)
    lines = [line.id for line in sheet.lines]
    picks = session.scalars(select(Pick).where(Pick.line_id.in_(lines))).all()
    if not picks:
        _pick_all(session, sheet)
    elif all(pick.package_id is not None for pick in picks):
        raise Conflict(
            phrase("All that is in hand is packed."),
            fix=phrase("Scan or type what else goes along."),
        )
    package = begin_package(session, transfer_id, type_id)
    session.execute(
        update(Pick)
        .where(Pick.line_id.in_(lines), Pick.package_id.is_(None))
        .values(package_id=package.id)
    )
    session.flush()
    require_carried(session, package)
    return package


def take_whole(
    session: Session, sheet: Sheet, package: Package, place_id: int | None = None
) -> None:
    """Take a package that lies in the warehouse, or comes back, with all that is in it: each of
    its goods on lines of the transfer that still lack some. Raises Conflict where it is in hand
    already, lies elsewhere, or holds what does not go along."""
    sheet = lock_sheet(session, sheet.id)
    _require_open(sheet)
    tree = lock_tree(session, package.id)
    _require_here(session, sheet, package)
    ids = [one.id for one in tree]
    if session.scalar(select(Pick.id).where(Pick.package_id.in_(ids)).limit(1)) is not None:
        raise Conflict(phrase("Package {number} is in hand already.", number=package.number))
    lacking = _lacking(session, sheet)
    items = [item for found in items_of(session, ids).values() for item in found]
    products = get_products(session, {item.product_id for item in items})
    lots = {item.lot_id for item in items if item.lot_id}
    names = dict(session.execute(select(Lot.id, Lot.name).where(Lot.id.in_(lots))).all())
    arriving = sheet.kind in _ARRIVING
    for item in items:
        left = item.quantity
        for line in sheet.lines:
            taken = min(left, lacking[line.id]) if line.product_id == item.product_id else ZERO
            if taken > 0:
                lacking[line.id] -= taken
                left -= taken
                session.add(
                    Pick(
                        line_id=line.id,
                        lot_name=names[item.lot_id] if item.lot_id else "",
                        from_location_id=package.location_id,
                        to_location_id=place_id if arriving else None,
                        quantity=taken,
                        package_id=item.package_id,
                    )
                )
        if left > 0:
            raise Conflict(
                phrase(
                    "Package {number} holds {quantity} of {product} more than goes along.",
                    number=package.number,
                    quantity=f"{left.normalize():f}",
                    product=products[item.product_id].name,
                ),
                fix=phrase("Unpack it, or scan what is taken out of it."),
            )
    session.flush()
    announce(session, "inventory.transfers", sheet.id)


def require_carried(session: Session, package: Package) -> None:
    """Raise InvalidInput for a package that is heavier than its kind may be."""
    session.refresh(package)
    kind = package.type
    if kind is None or kind.max_weight is None or package.gross_weight <= kind.max_weight:
        return
    raise InvalidInput.of(
        "weight",
        phrase(
            "Package {number} weighs {weight} kg. {kind} carries {most} kg.",
            number=package.number,
            weight=f"{package.gross_weight.normalize():f}",
            kind=kind.name,
            most=f"{kind.max_weight.normalize():f}",
        ),
        fix=phrase("Take another kind of package, or pack less into it."),
    )


def undo_packing(session: Session, package_id: int) -> None:
    """Take everything out of a package that is still being packed; it stays in hand, and the
    package is gone as if it had never been begun."""
    package = lock_package(session, package_id)
    if package.state != "open":
        raise Conflict(phrase("Package {number} is closed.", number=package.number))
    session.execute(update(Pick).where(Pick.package_id == package.id).values(package_id=None))
    session.execute(update(Package).where(Package.parent_id == package.id).values(parent_id=None))
    transfer_id = package.transfer_id
    session.expire(package)
    session.delete(package)
    session.flush()
    announce(session, "inventory.transfers", transfer_id)


def packing_of(session: Session, transfer_id: int) -> Mapping[str, Any]:
    """What somebody who packs a transfer chooses from: its open packages, and kinds of them."""
    return {
        "packages": session.scalars(
            select(Package)
            .where(Package.transfer_id == transfer_id, Package.state == "open")
            .order_by(Package.id)
        ).all(),
        "package_types": session.scalars(
            select(PackageType).where(PackageType.active).order_by(PackageType.name)
        ).all(),
    }


def package_for(session: Session, sheet: Sheet, code: str) -> Package | None:
    """The package that was scanned on a transfer; a receipt begins the one that a supplier packed.
    None for a code that is no package."""
    found = find_package(session, code)
    if found is None and sheet.kind == "receipt" and read_sscc(code) is not None:
        return begin_package(session, sheet.id, code=code)
    return found


def _require_open(sheet: Sheet) -> None:
    if sheet.state not in ACTIVE_STATES:
        raise Conflict(
            phrase("{transfer} is not waiting for goods.", transfer=sheet.called),
            fix=phrase("Open it again to see how it stands."),
        )


def _require_here(session: Session, sheet: Sheet, package: Package) -> None:
    if package.state == "gone" and sheet.kind in _BACK:
        return
    if package.state == "packed" and package.location_id is not None:
        place, start = (
            session.get_one(Location, one) for one in (package.location_id, sheet.from_id)
        )
        if place.id == start.id or place.path.startswith(f"{start.path}/"):
            return
        raise Conflict(
            phrase("Package {number} lies at {place}.", number=package.number, place=place.path),
            fix=phrase("Move it here first, or choose a transfer from there."),
        )
    raise Conflict(
        phrase("Package {number} cannot be taken along here.", number=package.number),
        fix=phrase("Open it to see what became of it."),
    )


def _lacking(session: Session, sheet: Sheet) -> dict[int, Decimal]:
    lacking = {
        line.id: line.quantity * (1 + sheet.over_tolerance / 100) - line.moved
        for line in sheet.lines
    }
    rows = session.execute(
        select(Pick.line_id, Pick.quantity).where(Pick.line_id.in_(list(lacking)))
    )
    for line, quantity in rows:
        lacking[line] -= quantity
    return lacking


def _pick_all(session: Session, sheet: Sheet) -> None:
    """What is promised to the lines, and of goods that are not told apart all that is left."""
    held = held_by(session, [line.id for line in sheet.lines])
    lots = {one.lot_id for found in held.values() for one in found if one.lot_id}
    names = dict(session.execute(select(Lot.id, Lot.name).where(Lot.id.in_(lots))).all())
    products = get_products(session, {line.product_id for line in sheet.lines})
    picks: list[Pick] = []
    for line in sheet.lines:
        left = line.left
        for one in held.get(line.id, ()):
            quantity = min(one.quantity, left)
            if quantity > 0:
                left -= quantity
                picks.append(_pick(line.id, names.get(one.lot_id or 0, ""), quantity))
                picks[-1].from_location_id = one.location_id
        product = products[line.product_id]
        if left > 0 and product.tracking != "none":
            raise InvalidInput.of(
                "code",
                phrase("Scan the lot or serial number of {product}.", product=product.name),
            )
        if left > 0:
            picks.append(_pick(line.id, "", left))
    if not picks:
        raise Conflict(phrase("There is nothing left to pack."))
    _add(session, picks)


def _pick(line_id: int, lot: str, quantity: Decimal) -> Pick:
    return Pick(line_id=line_id, lot_name=lot, quantity=quantity)


def _add(session: Session, picks: Sequence[Pick]) -> None:
    session.add_all(picks)
    session.flush()
