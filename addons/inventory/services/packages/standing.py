"""Packages as they stand in the warehouse: packed from what lies in a place, put onto one another,
moved as a whole, and unpacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from addons.inventory.models import (
    Location,
    Lot,
    OnHand,
    Package,
    PackageItem,
    PackageStep,
)
from addons.inventory.models.locations import KEPT_KINDS
from addons.inventory.services.packages.finding import items_of, lock_tree, next_number
from addons.inventory.services.packages.packing import require_carried, undo_packing
from addons.inventory.services.packages.settling import put_in
from addons.inventory.services.reservations.piles import lock_goods
from addons.inventory.services.transfers.values import ZERO
from core.api import Conflict, InvalidInput, announce, phrase

_PLAIN: Final = ("type_id", "weight", "tracking_number", "note")


def create_package(session: Session, values: Mapping[str, Any]) -> Package:
    """Pack goods that lie loose in a place. Raises InvalidInput that names the field: for a place
    that keeps no goods, goods of which less lies loose there, and what is too heavy."""
    place = session.get(Location, values.get("location_id") or 0)
    if place is None or place.kind not in KEPT_KINDS:
        raise InvalidInput.of("location_id", phrase("Choose a place that keeps goods."))
    lines: Sequence[Mapping[str, Any]] = values.get("items") or ()
    if not lines:
        raise InvalidInput.of("items", phrase("Say what lies in the package."))
    lock_goods(session, {line["product_id"] for line in lines})
    for place_in_form, line in enumerate(lines):
        _require_loose(session, place, line, f"items.{place_in_form}.quantity")
    number, sscc = next_number(session)
    package = Package(number=number, sscc=sscc, state="packed", location_id=place.id)
    _fill(session, package, values)
    session.add(package)
    session.flush()
    for line in lines:
        put_in(session, package, line["product_id"], line.get("lot_id"), line["quantity"])
        session.flush()
    require_carried(session, package)
    return package


def update_package(session: Session, package: Package, values: Mapping[str, Any]) -> Package:
    """Change what is written on a package, the package that it lies on, and, while it is in the
    warehouse, what lies in it: more is put in of what lies loose beside it, less is taken out.
    Raises Conflict for other goods in a package that is not, InvalidInput as `create_package`."""
    place = values.get("location_id", package.location_id)
    if package.state == "packed" and place != package.location_id:
        raise InvalidInput.of(
            "location_id",
            phrase("A package moves as a whole."),
            fix=phrase("Scan it, then the place that it goes to, under Scan packages."),
        )
    _fill(session, package, values)
    if "items" in values:
        _repack(session, package, values["items"])
    if "parent_id" in values and values["parent_id"] != package.parent_id:
        nest(session, package.id, values["parent_id"])
    session.flush()
    if package.state in ("open", "packed"):
        require_carried(session, package)
    return package


def _repack(session: Session, package: Package, lines: Sequence[Mapping[str, Any]]) -> None:
    """Put in and take out until the package holds what these lines say."""
    known = {(one.product_id, one.lot_id): one for one in package.items}
    wanted: dict[tuple[int, int | None], Decimal] = {}
    for line in lines:
        key = (line["product_id"], line.get("lot_id"))
        wanted[key] = wanted.get(key, ZERO) + (line["quantity"] or ZERO)
    more = {
        key: quantity - (known[key].quantity if key in known else ZERO)
        for key, quantity in {**dict.fromkeys(known, ZERO), **wanted}.items()
    }
    if not any(more.values()):
        return
    if package.state != "packed" or package.location is None:
        raise Conflict(phrase("Package {number} is not here to be packed.", number=package.number))
    if not any(wanted.values()):
        raise InvalidInput.of("items", phrase("Unpack it to take everything out."))
    lock_goods(session, {product_id for product_id, _ in more})
    for (product_id, lot_id), change in more.items():
        goods = {"product_id": product_id, "lot_id": lot_id, "quantity": abs(change)}
        if change > 0:
            _require_loose(session, package.location, goods, "items")
            put_in(session, package, product_id, lot_id, change)
        elif change < 0:
            _take_out(session, package, known[product_id, lot_id], -change)
    session.flush()
    session.expire(package, ["items"])


def _take_out(session: Session, package: Package, item: PackageItem, quantity: Decimal) -> None:
    session.add(
        PackageStep(
            package_id=package.id,
            kind="taken_out",
            product_id=item.product_id,
            lot_id=item.lot_id,
            quantity=quantity,
            from_id=package.location_id,
        )
    )
    if quantity < item.quantity:
        item.quantity -= quantity
    else:
        session.delete(item)


def delete_package(session: Session, package: Package) -> None:
    """Forget a package that was begun; one that was closed keeps its history. Raises Conflict."""
    undo_packing(session, package.id)


def nest(session: Session, package_id: int, parent_id: int | None) -> None:
    """Put a package into or onto another one in the same place, or take it off where none is named.
    Raises InvalidInput, naming `parent_id`, for one that is elsewhere, lies in it, or is full."""
    tree = lock_tree(session, package_id)
    package = tree[0]
    if parent_id is None:
        package.parent_id = None
        session.flush()
        return
    if parent_id in {one.id for one in tree}:
        raise InvalidInput.of("parent_id", phrase("A package cannot lie in itself."))
    outer = lock_tree(session, parent_id)[0]
    if (outer.state, outer.location_id) != (package.state, package.location_id) or (
        package.state not in ("open", "packed")
    ):
        raise InvalidInput.of(
            "parent_id",
            phrase(
                "{inner} and {outer} are not together.", inner=package.number, outer=outer.number
            ),
            fix=phrase("Move one of them to the other first."),
        )
    package.parent_id = outer.id
    session.flush()
    above: Package | None = outer
    while above is not None:
        require_carried(session, above)
        above = above.parent
    announce(session, "inventory.packages", package.id, outer.id)


def unpack(session: Session, package_id: int) -> None:
    """Take everything out of a package; its goods lie loose where it stood, packages in it stand
    beside each other. One that is still being packed is given up. Raises Conflict for one that is
    gone or unpacked."""
    package = lock_tree(session, package_id)[0]
    if package.state == "open":
        undo_packing(session, package.id)
        return
    if package.state != "packed":
        raise Conflict(
            phrase("Package {number} is not here to be unpacked.", number=package.number)
        )
    items = items_of(session, [package.id])[package.id]
    lock_goods(session, {item.product_id for item in items})
    steps = [
        PackageStep(
            package_id=package.id,
            kind="taken_out",
            product_id=item.product_id,
            lot_id=item.lot_id,
            quantity=item.quantity,
            from_id=package.location_id,
        )
        for item in items
    ]
    last = PackageStep(package_id=package.id, kind="unpacked", from_id=package.location_id)
    session.add_all([*steps, last])
    session.execute(delete(PackageItem).where(PackageItem.package_id == package.id))
    for inner in session.scalars(select(Package).where(Package.parent_id == package.id)):
        inner.parent_id = None
    package.state, package.location_id, package.parent_id = "unpacked", None, None
    session.flush()
    session.expire(package)
    announce(session, "inventory.packages", package_id)


def _fill(session: Session, package: Package, values: Mapping[str, Any]) -> None:
    for name in _PLAIN:
        if name in values:
            empty = "" if name in ("tracking_number", "note") else None
            setattr(package, name, values[name] or empty)
    if package.weight is not None and package.weight <= 0:
        raise InvalidInput.of("weight", phrase("A weight is more than zero."))


def _require_loose(session: Session, place: Location, line: Mapping[str, Any], field: str) -> None:
    """Raise InvalidInput where less of these goods lies loose in a place."""
    product = get_products(session, [line["product_id"]])[line["product_id"]]
    lot_id = line.get("lot_id")
    if (product.tracking != "none") != (lot_id is not None):
        raise InvalidInput.of(
            field,
            phrase("Name the lot or serial number of {product}.", product=product.name)
            if lot_id is None
            else phrase("No lots are kept of {product}.", product=product.name),
        )
    if lot_id is not None and session.get_one(Lot, lot_id).product_id != product.id:
        raise InvalidInput.of(field, phrase("This lot is one of another product."))
    pile = session.execute(
        select(OnHand.quantity, OnHand.packed).where(
            OnHand.product_id == product.id,
            OnHand.location_id == place.id,
            OnHand.lot_id.is_not_distinct_from(lot_id),
        )
    ).first()
    loose: Decimal = pile.quantity - pile.packed if pile else ZERO
    if line["quantity"] is None or line["quantity"] <= 0 or line["quantity"] > loose:
        raise InvalidInput.of(
            field,
            phrase(
                "{quantity} {unit} of {product} lie loose at {place}.",
                quantity=f"{max(loose, ZERO).normalize():f}",
                unit=product.unit,
                product=product.name,
                place=place.path,
            ),
        )
