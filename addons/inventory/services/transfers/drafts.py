"""Transfers that people write themselves: filled in, changed while they are drafts, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.inventory.models import KEPT_KINDS, Location, Transfer, TransferLine
from addons.inventory.services.transfers.checking import require_goods, require_quantity
from addons.inventory.services.transfers.places import Places, places_of, steps_of
from addons.inventory.services.transfers.values import CROSSING, DIRECT
from core.api import Conflict, InvalidInput, phrase, today

WRITTEN_KINDS: Final = (
    "internal",
    "receipt",
    "delivery",
    "customer_return",
    "supplier_return",
    "scrap",
    "consume",
)
"""Kinds that people write; the others are steps of these."""
_SHIPMENT: Final = ("carrier_id", "tracking_number")
_OPEN: Final = ("day", "note", "reason", "batch_id", *_SHIPMENT)
_PLAIN: Final = ("contact_id", *_OPEN)
_ENDS: Final[Mapping[str, tuple[str, str]]] = {
    "internal": ("stock", "stock"),
    "scrap": ("stock", "scrap"),
    "consume": ("stock", "consumption"),
}


def create_transfer(session: Session, values: Mapping[str, Any]) -> Transfer:
    """A draft. Places that are not given are those of its kind in its warehouse. Raises
    InvalidInput that names the field."""
    kind = values.get("kind") or "internal"
    if kind not in WRITTEN_KINDS:
        raise InvalidInput.of(
            "kind", phrase("This step of a way is made by itself and not written.")
        )
    places = places_of(session, values.get("warehouse_id"))
    transfer = Transfer(
        kind=kind,
        way=kind if kind in CROSSING else "",
        state="draft",
        warehouse_id=places.warehouse_id,
        day=values.get("day") or today(session),
        currency=company_currency(session),
        lines=[],
    )
    _fill(session, transfer, values, places)
    session.add(transfer)
    session.flush()
    return transfer


def update_transfer(session: Session, transfer: Transfer, values: Mapping[str, Any]) -> Transfer:
    """Change a draft; one that is confirmed keeps its goods, and takes another day, note, batch or
    carrier only. Of one that is done, who carries it can still be said."""
    changed = {name for name in values if _differs(transfer, name, values[name])}
    if transfer.state == "cancelled" or (
        transfer.state == "done" and changed - {"note", *_SHIPMENT}
    ):
        raise Conflict(
            phrase("{transfer} was done or cancelled already.", transfer=title_of(transfer))
        )
    if transfer.state != "draft":
        if changed - set(_OPEN):
            raise Conflict(
                phrase("{transfer} is confirmed: its goods stand.", transfer=title_of(transfer)),
                fix=phrase("Cancel it and write another one, or move less than it says."),
            )
        for name in changed:
            empty = transfer.day if name == "day" else None if name.endswith("_id") else ""
            setattr(transfer, name, values[name] or empty)
        session.flush()
        return transfer
    _fill(session, transfer, values, places_of(session, transfer.warehouse_id))
    session.flush()
    return transfer


def delete_transfer(session: Session, transfer: Transfer) -> None:
    """Delete a draft; anything else is cancelled or returned."""
    if transfer.state != "draft":
        raise Conflict(
            phrase("Only a draft is deleted."), fix=phrase("Cancel or return it instead.")
        )
    session.delete(transfer)
    session.flush()


def title_of(transfer: Transfer) -> str:
    """Its number, or the one that it is known by before it is done, with its document's."""
    called = transfer.number or f"#{transfer.id}"
    return f"{called} {transfer.source_number}".strip()


def _differs(transfer: Transfer, name: str, value: Any) -> bool:
    if name == "lines":
        # A form sends lines that it shows; only other goods or quantities are a change.
        held = [(line.id, line.product_id, line.quantity) for line in transfer.lines]
        return held != [
            (one.get("id"), one.get("product_id"), one.get("quantity")) for one in value
        ]
    known = getattr(transfer, name, None)
    return (known or None) != (value or None)


def _fill(session: Session, transfer: Transfer, values: Mapping[str, Any], places: Places) -> None:
    for name in _PLAIN:
        if name in values and (values[name] is not None or name.endswith("_id")):
            setattr(transfer, name, values[name])
    if transfer.kind in ("scrap", "consume") and not (transfer.reason or "").strip():
        raise InvalidInput.of("reason", phrase("Say why these goods are written off."))
    start, goal = _ends(session, transfer.kind, places)
    transfer.from_location_id = values.get("from_location_id") or (
        transfer.from_location_id or start
    )
    transfer.to_location_id = values.get("to_location_id") or transfer.to_location_id or goal
    _require_ends(session, transfer)
    if "lines" in values:
        _fill_lines(session, transfer, values["lines"])


def _ends(session: Session, kind: str, places: Places) -> tuple[int, int]:
    if kind in CROSSING:
        steps = steps_of(session, places, kind)
        return steps[0].from_id, steps[-1].to_id
    start, goal = _ENDS[kind]
    return places.inside[start], places.inside.get(goal) or places.beyond[goal]


def _require_ends(session: Session, transfer: Transfer) -> None:
    start = session.get(Location, transfer.from_location_id)
    goal = session.get(Location, transfer.to_location_id)
    for field, place in (("from_location_id", start), ("to_location_id", goal)):
        if place is None or not place.active:
            raise InvalidInput.of(field, phrase("Choose a location that is in use."))
    if start is None or goal is None or start.id == goal.id:
        raise InvalidInput.of("to_location_id", phrase("Choose another place than the first."))
    if goal.kind == "view" or start.kind == "view":
        raise InvalidInput.of(
            "to_location_id" if goal.kind == "view" else "from_location_id",
            phrase("This is a group of locations: choose one of them."),
        )
    if not _fit(transfer.kind, start, goal):
        raise InvalidInput.of(
            "to_location_id", phrase("These places do not fit this kind of transfer.")
        )


def _fit(kind: str, start: Location, goal: Location) -> bool:
    """Whether goods go between such places by this kind of transfer. What a supplier left goes to
    other places of his, becomes the company's, or goes out; the company's own never becomes his."""
    kept = tuple(place.kind in KEPT_KINDS for place in (start, goal))
    if kind in DIRECT:
        return kept == (False, False)
    if kind == "internal":
        same = goal.kind != "consigned" or goal.contact_id == start.contact_id
        return kept == (True, True) and same
    return kept == ((False, True) if kind in ("receipt", "customer_return") else (True, False))


def _fill_lines(session: Session, transfer: Transfer, given: tuple[Mapping[str, Any], ...]) -> None:
    require_goods(session, {line["product_id"] for line in given if line.get("product_id")})
    known = {line.id: line for line in transfer.lines}
    lines: list[TransferLine] = []
    for place, values in enumerate(given, start=1):
        quantity = values.get("quantity") or Decimal(0)
        require_quantity(quantity)
        if not values.get("product_id"):
            raise InvalidInput.of("product_id", phrase("Choose a product."))
        price = values.get("unit_price") or Decimal(0)
        if price < 0 or not price.is_finite():
            raise InvalidInput.of("unit_price", phrase("A price is not negative."))
        line = known.get(values.get("id") or 0) or TransferLine(moved=Decimal(0))
        line.position, line.product_id = place, values["product_id"]
        line.quantity, line.unit_price = quantity, price
        lines.append(line)
    transfer.lines = lines
