"""What people do with a transfer from its page: confirm, do, reserve, release, cancel, return."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.inventory.services.reservations.releasing import release_lines
from addons.inventory.services.reservations.reserving import (
    held_by,
    reserve,
    settle_states,
)
from addons.inventory.services.transfers.cancelling import cancel
from addons.inventory.services.transfers.completing import all_of, complete
from addons.inventory.services.transfers.confirming import confirm
from addons.inventory.services.transfers.drafts import create_transfer
from addons.inventory.services.transfers.picks import picked
from addons.inventory.services.transfers.sheets import lock_sheet
from addons.inventory.services.transfers.values import ACTIVE_STATES, ZERO, Done, Sheet, Wanted
from core.api import Conflict, announce, phrase, today


def do_transfer(
    session: Session,
    transfer_id: int,
    *,
    day: date | None = None,
    backorder: bool = True,
    wanted: Mapping[int, Wanted] | None = None,
) -> Done:
    """Do a transfer: what was picked of it, or all of it where nobody picked anything."""
    sheet = lock_sheet(session, transfer_id)
    found = wanted if wanted is not None else (picked(session, sheet) or all_of(sheet))
    return complete(session, sheet, found, day=day, backorder=backorder)


def reserve_transfer(session: Session, transfer_id: int) -> None:
    """Promise to a transfer what is free now."""
    sheet = _open(session, transfer_id)
    reserve(session, sheet, max(today(session), sheet.day))
    announce(session, "inventory.transfers", sheet.id)


def release_transfer(session: Session, transfer_id: int) -> None:
    """Take back all that is promised to a transfer."""
    sheet = _open(session, transfer_id)
    release_lines(session, [line.id for line in sheet.lines])
    settle_states(session, [sheet.id])
    announce(session, "inventory.transfers", sheet.id)


def cancel_transfer(session: Session, transfer_id: int) -> None:
    """Cancel a transfer that is not done."""
    cancel(session, lock_sheet(session, transfer_id))


def write_off_missing(session: Session, transfer_id: int, reason: str) -> Done:
    """What was sent and will not arrive is lost: it is written off where it is, on the way, and
    nothing more of it is expected. Raises Conflict for a transfer that no goods are on the way
    to."""
    sheet = _open(session, transfer_id)
    held = held_by(session, [line.id for line in sheet.lines])
    if sheet.kind != "arrive" or not held:
        raise Conflict(phrase("Nothing is on the way to {transfer}.", transfer=sheet.called))
    lost: dict[int, Decimal] = {}
    for line in sheet.lines:
        quantity = sum((one.quantity for one in held.get(line.id, ())), ZERO)
        if quantity > 0:
            lost[line.product_id] = lost.get(line.product_id, ZERO) + quantity
    cancel(session, sheet)
    goods = tuple({"product_id": one, "quantity": quantity} for one, quantity in lost.items())
    scrap = create_transfer(
        session,
        {
            "kind": "scrap",
            "warehouse_id": sheet.warehouse_id,
            "from_location_id": sheet.from_id,
            "reason": reason,
            "lines": goods,
        },
    )
    confirm(session, scrap.id)
    return do_transfer(session, scrap.id)


def _open(session: Session, transfer_id: int) -> Sheet:
    sheet = lock_sheet(session, transfer_id)
    if sheet.state not in ACTIVE_STATES:
        raise Conflict(
            phrase("{transfer} is not waiting for goods.", transfer=sheet.called),
            fix=phrase("Open it again to see how it stands."),
        )
    return sheet
