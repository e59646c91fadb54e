"""Takes promises back: all of a line's, those of goods that moved, or those of the youngest demand
where goods are needed at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final, cast

from sqlalchemy import Table, bindparam, delete, func, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.inventory.models import Reservation
from addons.inventory.services.ledger.balances import id_array
from addons.inventory.services.reservations.choosing import Pile
from addons.inventory.services.reservations.reserving import settle_states
from addons.inventory.services.transfers.values import ZERO
from core.api import announce_table, run_sql

_YOUNGEST: Final = text("""
SELECT promised.id, promised.quantity, line.transfer_id
  FROM inventory.reservation AS promised
  JOIN inventory.transfer_line AS line ON line.id = promised.line_id
  JOIN inventory.transfer AS transfer ON transfer.id = line.transfer_id
 WHERE promised.product_id = :product AND promised.location_id = :location
   AND promised.lot_id IS NOT DISTINCT FROM :lot AND line.transfer_id <> :spared
 ORDER BY transfer.day DESC, transfer.id DESC, promised.id DESC
""")
_RESERVED: Final = cast("Table", Reservation.__table__)
_GONE: Final = delete(_RESERVED).where(
    Reservation.id == func.any(bindparam("ids", type_=ARRAY(BIGINT)))
)
_USE: Final = text("""
UPDATE inventory.reservation AS promised SET quantity = promised.quantity - used.quantity
  FROM unnest(CAST(:ids AS bigint[]), CAST(:quantities AS numeric[])) AS used (id, quantity)
 WHERE promised.id = used.id
""")


def release_lines(session: Session, line_ids: Collection[int]) -> None:
    """Take back all that is promised to these lines. The caller holds the transfer."""
    session.execute(delete(Reservation).where(Reservation.line_id == func.any(id_array(line_ids))))


def use_up(session: Session, held: Mapping[int, Decimal], used: Mapping[int, Decimal]) -> None:
    """Take back what was used of promises: `held` and `used` are quantities by reservation."""
    gone = use_parts(session, held, used)
    if gone:
        run_sql(session, _GONE, {"ids": gone})


def use_parts(
    session: Session, held: Mapping[int, Decimal], used: Mapping[int, Decimal]
) -> list[int]:
    """The same for promises of which something is left; returns those that the caller deletes,
    since nothing is."""
    part = {one: quantity for one, quantity in used.items() if ZERO < quantity < held[one]}
    if part:
        session.execute(_USE, {"ids": list(part), "quantities": list(part.values())})
    gone = [one for one, quantity in used.items() if quantity >= held[one]]
    if gone:
        announce_table(session, _RESERVED.fullname)
    return gone


def take_from_others(session: Session, pile: Pile, wanted: Decimal, spared: int) -> Decimal:
    """Take back promises of goods in a pile until as much is free as wanted, the youngest demand
    first; one transfer keeps its own. Returns what was freed. The caller holds the product."""
    asked = {
        "product": pile.product_id,
        "location": pile.location_id,
        "lot": pile.lot_id,
        "spared": spared,
    }
    freed, held, used = ZERO, {}, {}
    touched: set[int] = set()
    for row in session.execute(_YOUNGEST, asked):
        if freed >= wanted:
            break
        held[row.id], used[row.id] = row.quantity, min(row.quantity, wanted - freed)
        freed += used[row.id]
        touched.add(row.transfer_id)
    use_up(session, held, used)
    settle_states(session, sorted(touched))
    return freed
