"""Promises goods to lines of transfers, as far as there are any."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.inventory.models import Reservation
from addons.inventory.services.ledger.together import insert_together
from addons.inventory.services.reservations.choosing import Pile, choose
from addons.inventory.services.reservations.piles import lock_goods, piles_below
from addons.inventory.services.transfers.sheets import lock_sheets
from addons.inventory.services.transfers.values import INCOMING, ZERO, Sheet
from core.api import fetch_rows, run_sql

_WAITING: Final = text("""
SELECT DISTINCT transfer.id, transfer.day
  FROM inventory.transfer_line AS line
  JOIN inventory.transfer AS transfer ON transfer.id = line.transfer_id
 WHERE transfer.state = 'waiting'
   AND transfer.kind NOT IN ('receipt', 'customer_return', 'direct', 'direct_return')
   AND (CAST(:products AS bigint[]) IS NULL OR line.product_id = ANY(CAST(:products AS bigint[])))
   AND (CAST(:until AS date) IS NULL OR transfer.day <= CAST(:until AS date))
 ORDER BY transfer.day, transfer.id
""")
_STATES: Final = text("""
UPDATE inventory.transfer AS transfer
   SET state = known.state, version = transfer.version + 1, updated_at = now()
  FROM (SELECT one.id, CASE WHEN one.kind IN
                 ('receipt', 'customer_return', 'direct', 'direct_return') OR NOT EXISTS
               (SELECT 1 FROM inventory.transfer_line AS line
                 WHERE line.transfer_id = one.id AND line.quantity >
                       (SELECT coalesce(sum(promised.quantity), 0)
                          FROM inventory.reservation AS promised
                         WHERE promised.line_id = line.id))
               THEN 'ready' ELSE 'waiting' END AS state
          FROM inventory.transfer AS one WHERE one.id = ANY(CAST(:ids AS bigint[]))) AS known
 WHERE transfer.id = known.id AND transfer.state IN ('waiting', 'ready')
   AND transfer.state <> known.state
""")


_STATE: Final = text("""
UPDATE inventory.transfer SET state = :state WHERE id = :id AND state IN ('waiting', 'ready')
""")


@dataclass(frozen=True, slots=True)
class Held:
    """Goods that are promised to a line."""

    id: int
    line_id: int
    product_id: int
    location_id: int
    lot_id: int | None
    quantity: Decimal


_HELD: Final = (
    select(
        Reservation.id,
        Reservation.line_id,
        Reservation.product_id,
        Reservation.location_id,
        Reservation.lot_id,
        Reservation.quantity,
    )
    .where(Reservation.line_id == func.any(bindparam("lines", type_=ARRAY(BIGINT))))
    .order_by(Reservation.id)
)


def held_by(session: Session, line_ids: Collection[int]) -> dict[int, list[Held]]:
    """What is promised to each of these lines, in the order in which it was."""
    rows = fetch_rows(session, _HELD, {"lines": list(line_ids)})
    found: dict[int, list[Held]] = defaultdict(list)
    for row in rows:
        found[row.line_id].append(Held(*row))
    return found


def reserve(session: Session, sheet: Sheet, on: date) -> None:
    """Promise to the lines of a transfer what they lack, and say whether it is ready. Goods from
    outside are not reserved."""
    if sheet.kind not in INCOMING:
        held = held_by(session, [line.id for line in sheet.lines])
        _promise(session, sheet, on, held)
    settle_states(session, [sheet.id])


def reserve_new(session: Session, sheet: Sheet, on: date) -> None:
    """As `reserve`, for a transfer that this transaction has made and that holds nothing yet."""
    complete = sheet.kind in INCOMING or _promise(session, sheet, on, {})
    state = "ready" if complete else "waiting"
    if sheet.state != state:
        run_sql(session, _STATE, {"id": sheet.id, "state": state})


def _promise(session: Session, sheet: Sheet, on: date, held: Mapping[int, Sequence[Held]]) -> bool:
    """Promise what is free; returns whether nothing lacks any more."""
    products = {line.product_id for line in sheet.lines}
    lock_goods(session, products)
    piles = piles_below(session, products, sheet.from_id, sheet.warehouse_id)
    rows: list[dict[str, Any]] = []
    missing = ZERO
    for line in sheet.lines:
        lacking = line.left - sum((one.quantity for one in held.get(line.id, ())), ZERO)
        taken = choose(piles.get(line.product_id, ()), lacking, on)
        rows += [_row(line.id, one.pile, one.quantity) for one in taken]
        piles[line.product_id] = _without(piles.get(line.product_id, []), taken)
        missing += lacking - sum((one.quantity for one in taken), ZERO)
    _write(session, rows)
    return missing <= 0


def hold(session: Session, rows: Iterable[tuple[int, int, int, int | None, Decimal]]) -> None:
    """Promise these very goods: line, product, location, lot and quantity. The caller holds the
    products."""
    keys = ("line_id", "product_id", "location_id", "lot_id", "quantity")
    _write(session, [dict(zip(keys, row, strict=True)) for row in rows])


def reserve_waiting(
    session: Session,
    on: date,
    product_ids: Collection[int] | None = None,
    until: date | None = None,
) -> int:
    """Promise what is free to the demands that wait for it, the oldest first: of these products,
    or of those wanted until a day. Transfers that somebody is working on are left alone. Returns
    how many were looked at."""
    asked = {"products": sorted(product_ids) if product_ids is not None else None, "until": until}
    waiting = [row.id for row in session.execute(_WAITING, asked)]
    if not waiting:
        return 0
    sheets = {sheet.id: sheet for sheet in lock_sheets(session, waiting, skip_locked=True)}
    lock_goods(session, {line.product_id for one in sheets.values() for line in one.lines})
    for transfer_id in waiting:
        sheet = sheets.get(transfer_id)
        if sheet is not None and sheet.state == "waiting":
            reserve(session, sheet, on)
    return len(sheets)


def settle_states(session: Session, transfer_ids: Sequence[int]) -> None:
    """Say of open transfers whether they are ready: all that they need is promised to them, or
    comes from outside."""
    run_sql(session, _STATES, {"ids": sorted(transfer_ids)})


def _without(piles: list[Pile], taken: list[Any]) -> list[Pile]:
    gone = {(one.pile.location_id, one.pile.lot_id): one.quantity for one in taken}
    return [
        replace(pile, free=pile.free - gone.get((pile.location_id, pile.lot_id), ZERO))
        for pile in piles
    ]


def _row(line_id: int, pile: Pile, quantity: Decimal) -> dict[str, Any]:
    return {
        "line_id": line_id,
        "product_id": pile.product_id,
        "location_id": pile.location_id,
        "lot_id": pile.lot_id,
        "quantity": quantity,
    }


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    insert_together(session, Reservation, rows)
