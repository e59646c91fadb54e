"""What becomes of packages when their transfer is done: those that were packed for it get what has
moved of it, those that went along lie where it leads to, or are gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session, aliased

from addons.inventory.models import Location, Lot, Package, PackageItem, PackageStep, Pick
from addons.inventory.models.locations import KEPT_KINDS
from addons.inventory.services.packages.finding import items_of, lock_tree
from addons.inventory.services.transfers.values import ZERO, Sheet
from core.api import announce

_MOVED: Final = text("""
SELECT move.id, move.transfer_line_id AS line_id, move.product_id, move.lot_id, move.from_id,
       move.to_id, move.quantity
  FROM inventory.move WHERE move.transfer_line_id = ANY(CAST(:lines AS bigint[])) ORDER BY move.id
""")
_BEFORE: Final = text("""
SELECT package.id FROM inventory.package
 WHERE package.state = 'packed' AND package.transfer_id IN
       (SELECT line.transfer_id FROM inventory.transfer_line AS line
         WHERE line.feeds_id = ANY(CAST(:lines AS bigint[])))
 ORDER BY package.id
""")
# These packages and those that they lie in, the outermost first: a pallet goes if all on it goes.
_OUTER_FIRST: Final = text("""
WITH RECURSIVE up (id, parent_id, height) AS (
  SELECT id, parent_id, 0 FROM inventory.package WHERE id = ANY(CAST(:ids AS bigint[]))
  UNION ALL
  SELECT outer_one.id, outer_one.parent_id, up.height + 1
    FROM inventory.package AS outer_one JOIN up ON outer_one.id = up.parent_id
   WHERE up.height < 20
)
SELECT id FROM up GROUP BY id ORDER BY max(height) DESC, id
""")
_APART: Final = text("""
UPDATE inventory.package AS package SET parent_id = NULL
  FROM inventory.package AS outer_one
 WHERE outer_one.id = package.parent_id
   AND :transfer IN (package.transfer_id, outer_one.transfer_id)
   AND (outer_one.state, outer_one.location_id)
       IS DISTINCT FROM (package.state, package.location_id)
""")


@dataclass(slots=True)
class _Moved:
    """Goods that have moved, and how much of them is not in a package yet."""

    line_id: int
    product_id: int
    lot_id: int | None
    from_id: int
    to_id: int
    left: Decimal


def settle_packages(session: Session, sheet: Sheet) -> None:
    """Bring the packages of a transfer on, once its goods have moved: those that were scanned as a
    whole, those that were packed for it, and those that the step before has packed, as far as all
    that they hold has moved. What else was picked into packages is forgotten."""
    lines = [line.id for line in sheet.lines]
    moved = [
        _Moved(row.line_id, row.product_id, row.lot_id, row.from_id, row.to_id, row.quantity)
        for row in session.execute(_MOVED, {"lines": lines})
    ]
    picks = _picks(session, lines)
    ids = {pick.package_id for pick, _ in picks if pick.package_id is not None}
    known = {one.id: one for one in session.scalars(select(Package).where(Package.id.in_(ids)))}
    whole = [one for one in sorted(ids) if known[one].state in ("packed", "gone")]
    before = [one for one in session.scalars(_BEFORE, {"lines": lines}) if one not in ids]
    gone: set[int] = set()
    for package_id in session.scalars(_OUTER_FIRST, {"ids": [*whole, *before]}).all():
        if package_id not in gone:
            gone |= _bring_on(session, sheet, package_id, moved)
    session.execute(delete(Pick).where(Pick.line_id.in_(lines)))
    for package_id in sorted(ids):
        if known[package_id].state == "open":
            chosen = [(pick, lot) for pick, lot in picks if pick.package_id == package_id]
            _close(session, sheet, known[package_id], chosen, moved)
    _close_outer(session, sheet)
    announce(session, "inventory.packages", *known)


def _picks(session: Session, lines: Sequence[int]) -> list[tuple[Pick, str]]:
    rows = session.execute(
        select(Pick, Lot.name)
        .outerjoin(Lot, Lot.id == Pick.lot_id)
        .where(Pick.line_id.in_(lines), Pick.package_id.is_not(None))
        .order_by(Pick.id)
    )
    return [(pick, lot or pick.lot_name) for pick, lot in rows]


def _bring_on(session: Session, sheet: Sheet, package_id: int, moved: list[_Moved]) -> set[int]:
    """Bring a package where its goods went, if all of them went, and to one place. Returns the
    packages that went: it with those in it, or none."""
    tree = lock_tree(session, package_id)
    root = tree[0]
    items = [
        item for found in items_of(session, [one.id for one in tree]).values() for item in found
    ]
    for goal in dict.fromkeys(one.to_id for one in moved if items):
        taken = _all_of(items, moved, root.location_id, goal)
        if taken is None:
            continue
        for one, quantity in taken:
            one.left -= quantity
        place = session.get_one(Location, goal)
        if root.parent_id is not None:
            root.parent_id = None
        for package in tree:
            _relocate(session, sheet, package, place)
        session.flush()
        return {one.id for one in tree}
    return set()


def _all_of(
    items: Sequence[PackageItem], moved: Sequence[_Moved], start: int | None, goal: int
) -> list[tuple[_Moved, Decimal]] | None:
    """Which moved goods these are, or None where some of them did not go there."""
    left = {id(one): one.left for one in moved}
    taken: list[tuple[_Moved, Decimal]] = []
    for item in items:
        wanted = item.quantity
        for one in moved:
            same = (one.product_id, one.lot_id) == (item.product_id, item.lot_id)
            if same and one.to_id == goal and start in (None, one.from_id):
                quantity = min(wanted, left[id(one)])
                wanted -= quantity
                left[id(one)] -= quantity
                taken.append((one, quantity))
        if wanted > 0:
            return None
    return taken


def _relocate(session: Session, sheet: Sheet, package: Package, place: Location) -> None:
    start, was = package.location_id, package.state
    here = place.kind in KEPT_KINDS
    package.state = "packed" if here else "gone"
    package.location_id = place.id if here else None
    package.transfer_id = sheet.id
    kind = "returned" if was == "gone" else "moved" if here else "shipped"
    session.add(
        PackageStep(
            package_id=package.id, kind=kind, from_id=start, to_id=place.id, transfer_id=sheet.id
        )
    )


def _close(
    session: Session,
    sheet: Sheet,
    package: Package,
    picks: Sequence[tuple[Pick, str]],
    moved: list[_Moved],
) -> None:
    """A package that was packed for the transfer gets what of it has moved to one place."""
    names = {one.lot_id for one in moved if one.lot_id}
    lots = dict(session.execute(select(Lot.id, Lot.name).where(Lot.id.in_(names))).all())
    goals: dict[int, Decimal] = defaultdict(Decimal)
    found: list[tuple[_Moved, Decimal]] = []
    for pick, lot in picks:
        wanted = pick.quantity
        mine = [one for one in moved if one.line_id == pick.line_id]
        for one in sorted(mine, key=lambda one: lots.get(one.lot_id or 0, "") != lot):
            quantity = min(wanted, one.left)
            if quantity > 0:
                one.left -= quantity
                wanted -= quantity
                goals[one.to_id] += quantity
                found.append((one, quantity))
    if not found:
        return
    goal = max(goals, key=lambda one: goals[one])
    sums: dict[tuple[int, int | None], Decimal] = defaultdict(lambda: ZERO)
    for one, quantity in found:
        if one.to_id == goal:
            sums[one.product_id, one.lot_id] += quantity
    for (product_id, lot_id), quantity in sorted(
        sums.items(), key=lambda one: (one[0][0], one[0][1] or 0)
    ):
        put_in(session, package, product_id, lot_id, quantity, sheet.id)
    session.flush()
    _relocate(session, sheet, package, session.get_one(Location, goal))
    session.flush()


def put_in(
    session: Session,
    package: Package,
    product_id: int,
    lot_id: int | None,
    quantity: Decimal,
    transfer_id: int | None = None,
) -> None:
    """Note goods in a package, and that they were put in."""
    goods = {"product_id": product_id, "lot_id": lot_id, "quantity": quantity}
    same = select(PackageItem).where(
        PackageItem.package_id == package.id,
        PackageItem.product_id == product_id,
        PackageItem.lot_id.is_not_distinct_from(lot_id),
    )
    known = session.scalar(same)
    if known is not None:
        known.quantity += quantity
    else:
        session.add(PackageItem(package_id=package.id, **goods))
    session.add(
        PackageStep(
            package_id=package.id,
            kind="put_in",
            to_id=package.location_id,
            transfer_id=transfer_id,
            **goods,
        )
    )


def _close_outer(session: Session, sheet: Sheet) -> None:
    """Packages that hold packages alone go where those went. What was begun and never filled is
    closed, and what went elsewhere than the package it lay in lies in it no more."""
    inner = aliased(Package)
    while True:
        holding = (
            select(Package, inner)
            .join(inner, inner.parent_id == Package.id)
            .where(Package.transfer_id == sheet.id, Package.state == "open", inner.state != "open")
            .order_by(Package.id, inner.id)
        )
        found = session.execute(holding).first()
        if found is None:
            break
        outer, first = found
        goal = first.location_id or sheet.to_id
        _relocate(session, sheet, outer, session.get_one(Location, goal))
        session.flush()
    session.execute(_APART, {"transfer": sheet.id})
    session.execute(
        update(Package)
        .where(Package.transfer_id == sheet.id, Package.state == "open")
        .values(state="unpacked", parent_id=None)
    )
