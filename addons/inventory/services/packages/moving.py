"""Moves a package as a whole within the warehouse: one internal transfer, done at once.

What is promised to others of its goods stays promised to them: it is taken back before the move and
promised again where the goods lie then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.models import Location, PackageItem
from addons.inventory.models.locations import OWN_KINDS
from addons.inventory.services.packages.finding import items_of, lock_tree
from addons.inventory.services.packages.packing import take_whole
from addons.inventory.services.reservations.choosing import Pile
from addons.inventory.services.reservations.piles import lock_goods
from addons.inventory.services.reservations.releasing import take_from_others
from addons.inventory.services.reservations.reserving import reserve
from addons.inventory.services.transfers.acts import do_transfer
from addons.inventory.services.transfers.confirming import confirm
from addons.inventory.services.transfers.drafts import create_transfer
from addons.inventory.services.transfers.sheets import lock_sheet, lock_sheets
from addons.inventory.services.transfers.values import ACTIVE_STATES, ZERO, Done
from core.api import Conflict, InvalidInput, announce, phrase, today, utc_now

_PROMISED: Final = text("""
SELECT DISTINCT line.transfer_id
  FROM inventory.reservation AS promised
  JOIN inventory.transfer_line AS line ON line.id = promised.line_id
 WHERE promised.location_id = :place AND promised.product_id = ANY(CAST(:products AS bigint[]))
 ORDER BY line.transfer_id
""")
_FREE: Final = text("""
SELECT quantity - reserved AS free FROM inventory.on_hand
 WHERE product_id = :product AND location_id = :place AND lot_id IS NOT DISTINCT FROM :lot
""")


def move_package(session: Session, package_id: int, to_id: int) -> Done:
    """Move a package with all that lies in it to another place of its warehouse. Raises Conflict
    for one that is not in the warehouse or is in somebody's hand, InvalidInput, naming `to_id`, for
    a place that cannot take it."""
    root = lock_tree(session, package_id)[0]
    goal = session.get(Location, to_id)
    if root.state != "packed" or root.location_id is None:
        raise Conflict(
            phrase("Package {number} is not in a place of the warehouse.", number=root.number)
        )
    start = session.get_one(Location, root.location_id)
    if goal is None or goal.kind not in OWN_KINDS or goal.warehouse_id != start.warehouse_id:
        raise InvalidInput.of(
            "to_id",
            phrase("Choose a place of this warehouse."),
            fix=phrase("A package goes to another warehouse by a transfer."),
        )
    if goal.id == start.id:
        raise InvalidInput.of("to_id", phrase("It is there already."))
    items = _items(session, package_id)
    asked = {"place": start.id, "products": sorted({item.product_id for item in items})}
    others = list(session.scalars(_PROMISED, asked))
    lock_sheets(session, others)
    lock_goods(session, asked["products"])
    moved = create_transfer(
        session,
        {
            "kind": "internal",
            "warehouse_id": start.warehouse_id,
            "from_location_id": start.id,
            "to_location_id": goal.id,
            "reason": phrase("Package {number}", number=root.number),
            "lines": _lines(items),
        },
    )
    _free(session, start.id, items, moved.id)
    confirm(session, moved.id)
    take_whole(session, lock_sheet(session, moved.id), root)
    done = do_transfer(session, moved.id)
    for sheet in lock_sheets(session, others):
        if sheet.state in ACTIVE_STATES:
            reserve(session, sheet, today(session))
    announce(session, "inventory.packages", package_id)
    return done


def _items(session: Session, package_id: int) -> list[PackageItem]:
    tree = [one.id for one in lock_tree(session, package_id)]
    items = [item for found in items_of(session, tree).values() for item in found]
    return sorted(items, key=lambda item: (item.product_id, item.lot_id or 0))


def _lines(items: Sequence[PackageItem]) -> tuple[dict[str, object], ...]:
    sums: dict[int, object] = {}
    for product_id in dict.fromkeys(item.product_id for item in items):
        mine = [item.quantity for item in items if item.product_id == product_id]
        sums[product_id] = sum(mine, ZERO)
    return tuple({"product_id": one, "quantity": quantity} for one, quantity in sums.items())


def _free(session: Session, place_id: int, items: Sequence[PackageItem], spared: int) -> None:
    """Take promises of these goods back until all of them are free."""
    for item in items:
        asked = {"product": item.product_id, "place": place_id, "lot": item.lot_id}
        free = session.execute(_FREE, asked).scalar_one()
        if free < item.quantity:
            pile = Pile(item.product_id, place_id, item.lot_id, free, utc_now())
            take_from_others(session, pile, item.quantity - free, spared)
