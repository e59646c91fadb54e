"""Warehouses, and the tree of places in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from addons.contacts.api import get_contact
from addons.inventory.models import Location, Move, OnHand, Warehouse
from addons.inventory.services.transfers.places import make_zones
from core.api import Conflict, InvalidInput, phrase

_STEPS: Final = (1, 2, 3)


def create_warehouse(session: Session, values: Mapping[str, Any]) -> Warehouse:
    """A warehouse, shop or van with its places: where goods are kept, and those that its steps
    need. Raises InvalidInput that names the field."""
    warehouse = Warehouse()
    _fill_warehouse(session, warehouse, values)
    session.add(warehouse)
    session.flush()
    root = Location(
        warehouse_id=warehouse.id, name=warehouse.code, path=warehouse.code, kind="view"
    )
    session.add(root)
    session.flush()
    session.add(
        Location(
            warehouse_id=warehouse.id,
            parent_id=root.id,
            name="Stock",
            path=f"{root.path}/Stock",
            purpose="stock",
        )
    )
    session.flush()
    make_zones(session, warehouse)
    return warehouse


def update_warehouse(
    session: Session, warehouse: Warehouse, values: Mapping[str, Any]
) -> Warehouse:
    """Change a warehouse; transfers that are open keep the steps that they have."""
    if "code" in values and values["code"] != warehouse.code:
        root = session.scalar(
            select(Location).where(
                Location.warehouse_id == warehouse.id, Location.parent_id.is_(None)
            )
        )
        if root is not None:
            _rename(session, root, values["code"])
    _fill_warehouse(session, warehouse, values)
    session.flush()
    make_zones(session, warehouse)
    return warehouse


def delete_warehouse(session: Session, warehouse: Warehouse) -> None:
    """Delete a warehouse in which nothing ever was."""
    places = select(Location.id).where(Location.warehouse_id == warehouse.id)
    used = select(Move.id).where(or_(Move.from_id.in_(places), Move.to_id.in_(places)))
    if session.scalar(used.limit(1)) is not None:
        raise Conflict(
            phrase("Goods were moved in {warehouse}.", warehouse=warehouse.name),
            fix=phrase("Make it inactive instead."),
        )
    ordered = select(Location).where(Location.warehouse_id == warehouse.id)
    for place in session.scalars(ordered.order_by(func.length(Location.path).desc())).all():
        session.delete(place)
        session.flush()
    session.delete(warehouse)
    session.flush()


def create_location(session: Session, values: Mapping[str, Any]) -> Location:
    """A bin, shelf or zone below another place, or a place beyond the company. Raises InvalidInput
    that names the field."""
    parent = _parent(session, values.get("parent_id"))
    location = Location(
        parent_id=parent.id, warehouse_id=parent.warehouse_id, kind=values.get("kind", "internal")
    )
    _fill_location(location, values)
    _set_owner(session, location, values)
    location.path = _free_path(session, parent, location.name)
    session.add(location)
    session.flush()
    return location


def update_location(session: Session, location: Location, values: Mapping[str, Any]) -> Location:
    """Change a place. One that moves to another above takes along all that is below it."""
    if "parent_id" in values and values["parent_id"] != location.parent_id:
        parent = _parent(session, values["parent_id"])
        below = parent.path == location.path or parent.path.startswith(f"{location.path}/")
        if below or parent.warehouse_id != location.warehouse_id or location.purpose:
            raise InvalidInput.of(
                "parent_id", phrase("Choose a place of the same warehouse, and not below this one.")
            )
        location.parent_id = parent.id
        _move_path(session, location, _free_path(session, parent, location.name))
    if "kind" in values and values["kind"] != location.kind and location.purpose:
        raise Conflict(phrase("{place} keeps its kind: it has a purpose.", place=location.path))
    if "name" in values and values["name"] != location.name:
        _rename(session, location, values["name"])
    if values.get("active") is False and location.active:
        _require_empty(session, location)
    _fill_location(location, values)
    if values.get("kind"):
        location.kind = values["kind"]
    _set_owner(session, location, values)
    session.flush()
    return location


def delete_location(session: Session, location: Location) -> None:
    """Delete a place in which nothing ever was, and that no step needs."""
    used = select(Move.id).where(or_(Move.from_id == location.id, Move.to_id == location.id))
    below = select(Location.id).where(Location.parent_id == location.id)
    if (
        location.purpose
        or location.parent_id is None
        or session.scalar(used.limit(1)) is not None
        or session.scalar(below.limit(1)) is not None
    ):
        raise Conflict(
            phrase("{place} is in use.", place=location.path),
            fix=phrase("Make it inactive instead."),
        )
    session.delete(location)
    session.flush()


def _fill_warehouse(session: Session, warehouse: Warehouse, values: Mapping[str, Any]) -> None:
    names = ("code", "name", "branch_id", "contact_id", "receipt_steps", "delivery_steps", "active")
    for name in names:
        if name in values and (values[name] is not None or name.endswith("_id")):
            setattr(warehouse, name, values[name])
    for name in ("code", "name"):
        if not (getattr(warehouse, name) or "").strip():
            raise InvalidInput.of(name, phrase("Give the warehouse a code and a name."))
    if "/" in warehouse.code:
        raise InvalidInput.of("code", phrase("Write it without a slash, which separates places."))
    for name in ("receipt_steps", "delivery_steps"):
        if (getattr(warehouse, name) or 1) not in _STEPS:
            raise InvalidInput.of(name, phrase("One, two or three steps are possible."))
    taken = select(Warehouse.id).where(Warehouse.code == warehouse.code)
    with session.no_autoflush:
        if session.scalar(taken) not in (None, warehouse.id):
            raise InvalidInput.of("code", phrase("There is a warehouse with this code already."))


def _fill_location(location: Location, values: Mapping[str, Any]) -> None:
    for name in ("name", "barcode", "removal", "active"):
        if name in values:
            given = values[name]
            setattr(location, name, (given or None) if name in ("barcode", "removal") else given)
    if not (location.name or "").strip() or "/" in location.name:
        raise InvalidInput.of(
            "name", phrase("Give the place a name without a slash, which separates places.")
        )


def _set_owner(session: Session, location: Location, values: Mapping[str, Any]) -> None:
    """Whose goods lie there: somebody's in a place for a supplier's goods, nobody's elsewhere."""
    owner = values.get("contact_id", location.contact_id)
    if location.kind == "consigned":
        if owner is None or get_contact(session, owner) is None:
            raise InvalidInput.of("contact_id", phrase("Say whose goods lie there."))
        moved = select(Move.id).where(or_(Move.from_id == location.id, Move.to_id == location.id))
        if owner != location.contact_id and location.id and session.scalar(moved.limit(1)):
            raise Conflict(
                phrase("Goods of its owner were moved at {place}.", place=location.path),
                fix=phrase("Make another place for the goods of somebody else."),
            )
    elif values.get("contact_id") is not None:
        raise InvalidInput.of(
            "contact_id",
            phrase("Only a place for goods of a supplier has an owner."),
            fix=phrase("Choose that kind of place, or leave the owner empty."),
        )
    location.contact_id = owner if location.kind == "consigned" else None


def _parent(session: Session, parent_id: int | None) -> Location:
    parent = session.get(Location, parent_id) if parent_id else None
    if parent is None:
        raise InvalidInput.of("parent_id", phrase("Choose the place that it is in."))
    return parent


def _free_path(session: Session, parent: Location, name: str) -> str:
    path = f"{parent.path}/{name}"
    if session.scalar(select(Location.id).where(Location.path == path)) is not None:
        raise InvalidInput.of("name", phrase("{path} is there already.", path=path))
    return path


def _rename(session: Session, location: Location, name: str) -> None:
    above = location.path.rpartition("/")[0]
    path = f"{above}/{name}" if above else name
    if session.scalar(select(Location.id).where(Location.path == path)) is not None:
        raise InvalidInput.of("name", phrase("{path} is there already.", path=path))
    location.name = name
    _move_path(session, location, path)


def _move_path(session: Session, location: Location, path: str) -> None:
    """Give a place another path, and all below it."""
    old = location.path
    location.path = path
    session.flush()
    session.execute(
        update(Location)
        .where(func.starts_with(Location.path, f"{old}/"))
        .values(path=func.concat(path, func.substr(Location.path, len(old) + 1)))
    )


def _require_empty(session: Session, location: Location) -> None:
    there = (
        select(OnHand.id)
        .join(Location, Location.id == OnHand.location_id)
        .where(
            OnHand.quantity != 0,
            or_(Location.id == location.id, func.starts_with(Location.path, f"{location.path}/")),
        )
    )
    if session.scalar(there.limit(1)) is not None:
        raise Conflict(
            phrase("There are goods at {place}.", place=location.path),
            fix=phrase("Move them elsewhere first."),
        )
