"""Makes drafts binding: their steps are laid out, and goods are promised to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.models import Location
from addons.inventory.options import OperationOptions
from addons.inventory.services.reservations.reserving import reserve, settle_states
from addons.inventory.services.transfers.checking import require_goods
from addons.inventory.services.transfers.days import reserve_until
from addons.inventory.services.transfers.places import Step, places_of, steps_of
from addons.inventory.services.transfers.sheets import lock_sheet
from addons.inventory.services.transfers.values import Sheet
from addons.inventory.services.transfers.writing import Head, NewLine, add_lines, add_transfer
from core.api import Conflict, InvalidInput, announce, options, phrase, today

_CONFIRM: Final = text("""
UPDATE inventory.transfer
   SET state = 'waiting', kind = :kind, to_location_id = :goal, version = version + 1,
       updated_at = now()
 WHERE id = :id
""")
_FEED: Final = text("""
UPDATE inventory.transfer_line AS line SET feeds_id = new.to_id
  FROM unnest(CAST(:old AS bigint[]), CAST(:new AS bigint[])) AS new (from_id, to_id)
 WHERE line.id = new.from_id
""")


def confirm(session: Session, transfer_id: int) -> None:
    """Make a draft binding. Goods that go to another warehouse are sent, are on the way, and arrive
    by a transfer of their own; goods that come in or go out take the steps of their warehouse.
    Raises Conflict for one that is no draft, and InvalidInput for one without goods."""
    sheet = lock_sheet(session, transfer_id)
    if sheet.state != "draft":
        raise Conflict(phrase("{transfer} was confirmed already.", transfer=sheet.called))
    if not sheet.lines:
        raise InvalidInput.of("lines", phrase("Say which goods are to move."))
    require_goods(session, {line.product_id for line in sheet.lines})
    legs = _legs(session, sheet)
    first = legs[0]
    session.execute(_CONFIRM, {"id": sheet.id, "kind": first.kind, "goal": first.to_id})
    previous = [line.id for line in sheet.lines]
    later: list[int] = []
    for leg in legs[1:]:
        made = add_transfer(session, _head(session, sheet, leg), leg, "waiting")
        new = [
            NewLine(one.product_id, one.quantity, one.unit_price, one.source_line_id)
            for one in sheet.lines
        ]
        lines = add_lines(session, made, new)
        session.execute(_FEED, {"old": previous, "new": lines})
        previous = lines
        later.append(made)
    until = reserve_until(session, options(session, OperationOptions))
    if until is not None and sheet.day <= until:
        reserve(session, replace(sheet, kind=first.kind), max(today(session), sheet.day))
    else:
        settle_states(session, [sheet.id])
    announce(session, "inventory.transfers", sheet.id, *later)


def _legs(session: Session, sheet: Sheet) -> tuple[Step, ...]:
    start = session.get_one(Location, sheet.from_id)
    goal = session.get_one(Location, sheet.to_id)
    if sheet.kind == "internal" and start.warehouse_id != goal.warehouse_id:
        transit = places_of(session, sheet.warehouse_id).beyond["transit"]
        return (Step("send", start.id, transit), Step("arrive", transit, goal.id))
    if sheet.way and not sheet.source_type and sheet.kind == sheet.way:
        steps = steps_of(session, places_of(session, sheet.warehouse_id), sheet.way)
        if (steps[0].from_id, steps[-1].to_id) == (start.id, goal.id):
            return steps
    return (Step(sheet.kind, start.id, goal.id),)


def _head(session: Session, sheet: Sheet, leg: Step) -> Head:
    shared = [name for name in Head.__dataclass_fields__ if hasattr(sheet, name)]
    head = Head(**{name: getattr(sheet, name) for name in shared})
    if leg.kind != "arrive":
        return head
    goal = session.get_one(Location, leg.to_id)
    return replace(head, warehouse_id=goal.warehouse_id or head.warehouse_id)
