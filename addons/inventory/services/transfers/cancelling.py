"""Cancels transfers that nobody needs any more, with the steps that wait for them."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.services.reservations.releasing import release_lines
from addons.inventory.services.transfers.following import drop_rest
from addons.inventory.services.transfers.values import OPEN_STATES, Sheet
from core.api import Conflict, announce, phrase

_CANCEL = text("""
UPDATE inventory.transfer SET state = 'cancelled', batch_id = NULL, version = version + 1,
       updated_at = now()
 WHERE id = :id
""")


def cancel(session: Session, sheet: Sheet) -> None:
    """Cancel a transfer that the caller has locked. What was promised to it is free again, and
    the steps before and after do without its goods. Raises Conflict for one that is done: goods
    that were delivered are returned."""
    if sheet.state not in OPEN_STATES:
        raise Conflict(
            phrase("{transfer} was done or cancelled already.", transfer=sheet.called),
            fix=phrase("Goods that have moved are brought back by a return."),
        )
    release_lines(session, [line.id for line in sheet.lines])
    session.execute(_CANCEL, {"id": sheet.id})
    drop_rest(session, sheet, {line.id: line.left for line in sheet.lines if line.left > 0})
    announce(session, "inventory.transfers", sheet.id)
