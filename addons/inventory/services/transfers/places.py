"""The places of a warehouse, and by which of them goods come and go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.inventory.models import Location, Warehouse
from core.api import InvalidInput, cached_until_change, msg, phrase

ZONES: Final[Mapping[str, str]] = {
    "input": msg("Arrival"),
    "quality": msg("Quality check"),
    "pack": msg("Packing"),
    "output": msg("Shipping"),
}
_PLACES: Final = text("""
SELECT house.id AS house, house.branch_id, house.receipt_steps, house.delivery_steps, place.purpose,
       place.id, place.warehouse_id IS NULL AS beyond
  FROM inventory.warehouse AS house
  JOIN inventory.location AS place
    ON (place.warehouse_id = house.id OR place.warehouse_id IS NULL) AND place.purpose <> ''
 WHERE house.id = coalesce(:warehouse_id,
                           (SELECT min(id) FROM inventory.warehouse WHERE active))
""")


@dataclass(frozen=True, slots=True)
class Places:
    """A warehouse with its places by their purpose; `beyond` are those outside of any warehouse."""

    warehouse_id: int
    branch_id: int | None
    receipt_steps: int
    delivery_steps: int
    inside: Mapping[str, int]
    beyond: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One leg of a way."""

    kind: str
    from_id: int
    to_id: int


@cached_until_change(Location, Warehouse)
def places_of(session: Session, warehouse_id: int | None) -> Places:
    """The places of a warehouse, or of the first active one. Raises InvalidInput where there is
    no such warehouse."""
    rows = session.execute(_PLACES, {"warehouse_id": warehouse_id}).all()
    if not rows:
        raise InvalidInput.of("warehouse_id", phrase("There is no such warehouse."))
    first = rows[0]
    inside = {row.purpose: row.id for row in rows if not row.beyond}
    beyond = {row.purpose: row.id for row in rows if row.beyond}
    return Places(
        first.house, first.branch_id, first.receipt_steps, first.delivery_steps, inside, beyond
    )


def steps_of(
    session: Session, places: Places, way: str, *, direct: bool = False
) -> tuple[Step, ...]:
    """The legs of a way over the company's border, in their order.

    Goods are received at once; into the place of arrival and put away; or checked between the
    two. They are delivered at once; picked and shipped; or packed between the two. What a supplier
    brings to a customer by himself (`direct`) touches no warehouse, nor does what goes back so.
    """
    if direct:
        ends = (places.beyond["supplier"], places.beyond["customer"])
        forth = way == "receipt"
        return (Step("direct", *ends) if forth else Step("direct_return", *reversed(ends)),)
    stock = places.inside["stock"]
    if way == "supplier_return":
        return (Step("supplier_return", stock, places.beyond["supplier"]),)
    if way == "delivery":
        zones = {1: [], 2: ["output"], 3: ["pack", "output"]}[places.delivery_steps]
        kinds = {1: [], 2: ["pick"], 3: ["pick", "pack"]}[places.delivery_steps]
        stops = [stock, *(_zone(session, places, zone) for zone in zones)]
        return _legs([*kinds, "delivery"], [*stops, places.beyond["customer"]])
    outside = places.beyond["supplier" if way == "receipt" else "customer"]
    zones = {1: [], 2: ["input"], 3: ["input", "quality"]}[places.receipt_steps]
    kinds = {1: [], 2: ["store"], 3: ["check", "store"]}[places.receipt_steps]
    stops = [outside, *(_zone(session, places, zone) for zone in zones), stock]
    return _legs([way, *kinds], stops)


def make_zones(session: Session, warehouse: Warehouse) -> None:
    """Make the places that the steps of a warehouse need and that are missing."""
    places = places_of(session, warehouse.id)
    for way in ("receipt", "delivery"):
        steps_of(session, places, way)


def _legs(kinds: list[str], stops: list[int]) -> tuple[Step, ...]:
    return tuple(
        Step(kind, start, end)
        for kind, start, end in zip(kinds, stops[:-1], stops[1:], strict=True)
    )


def _zone(session: Session, places: Places, purpose: str) -> int:
    known = places.inside.get(purpose)
    if known is not None:
        return known
    stock = session.get_one(Location, places.inside["stock"])
    made = session.scalar(
        select(Location.id).where(
            Location.warehouse_id == places.warehouse_id, Location.purpose == purpose
        )
    )
    if made is not None:
        return made
    above = "" if stock.parent is None else f"{stock.parent.path}/"
    zone = Location(
        warehouse_id=places.warehouse_id,
        parent_id=stock.parent_id,
        name=ZONES[purpose],
        path=f"{above}{ZONES[purpose]}",
        kind="internal",
        purpose=purpose,
    )
    session.add(zone)
    session.flush()
    return zone.id
