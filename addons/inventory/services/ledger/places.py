"""The locations that every company has: beyond its border, and one warehouse to begin with."""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.inventory.models import Location, Warehouse

Outside = Literal["supplier", "customer", "loss", "scrap", "opening", "consumption", "transit"]

_OUTSIDE: Final[dict[str, tuple[str, str]]] = {
    "supplier": ("Suppliers", "supplier"),
    "customer": ("Customers", "customer"),
    "loss": ("Differences", "loss"),
    "scrap": ("Scrap", "loss"),
    "opening": ("Opening stock", "loss"),
    "consumption": ("Own use", "consumption"),
    "transit": ("On the way", "transit"),
}


def install_places(session: Session) -> None:
    """Make what is missing of the locations beyond the border, and a first warehouse."""
    for purpose, (name, kind) in _OUTSIDE.items():
        values = {"name": name, "path": name, "kind": kind, "purpose": purpose}
        session.execute(insert(Location).values(values).on_conflict_do_nothing())
    if session.scalar(select(Warehouse.id).limit(1)) is not None:
        return
    warehouse = Warehouse(code="WH", name="Main warehouse")
    session.add(warehouse)
    session.flush()
    root = Location(warehouse_id=warehouse.id, name="WH", path="WH", kind="view")
    session.add(root)
    session.flush()
    stock = Location(
        warehouse_id=warehouse.id,
        parent_id=root.id,
        name="Stock",
        path="WH/Stock",
        purpose="stock",
    )
    session.add(stock)
    session.flush()


def outside(session: Session, purpose: Outside) -> int:
    """The id of a location beyond the border, and of the one for goods on the way."""
    found = session.scalar(
        select(Location.id).where(Location.purpose == purpose, Location.warehouse_id.is_(None))
    )
    if found is None:
        install_places(session)
        return outside(session, purpose)
    return found


def stock_location(session: Session, warehouse_id: int | None = None) -> int:
    """The id of the place where a warehouse keeps its goods; of the first active warehouse where
    none is named. Raises sqlalchemy.exc.NoResultFound for a warehouse without one."""
    wanted = (
        select(Location.id)
        .join(Warehouse, Warehouse.id == Location.warehouse_id)
        .where(Location.purpose == "stock", Warehouse.active)
        .order_by(Warehouse.id)
    )
    if warehouse_id is not None:
        wanted = wanted.where(Warehouse.id == warehouse_id)
    return session.scalars(wanted.limit(1)).one()
