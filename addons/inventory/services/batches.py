"""Batches: several transfers worked off in one walk, each into a box of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.inventory.models import Batch, Pick, Transfer, TransferLine
from addons.inventory.services.transfers.acts import do_transfer
from addons.inventory.services.transfers.values import ACTIVE_STATES, ZERO
from core.api import AppError, Conflict, phrase, savepoint

# Boxes are counted over all transfers that the batch ever had, so that each keeps its number.
_WALK: Final = text("""
WITH boxed AS (SELECT id, row_number() OVER (ORDER BY id) AS box
                 FROM inventory.transfer WHERE batch_id = :batch)
SELECT coalesce(place.path, goal.path) AS path, line.product_id, lot.name AS lot,
       transfer.id AS transfer_id, coalesce(held.quantity, line.quantity - line.moved) AS quantity,
       boxed.box, line.id AS line_id, place.id AS place_id
  FROM inventory.transfer AS transfer
  JOIN boxed ON boxed.id = transfer.id
  JOIN inventory.transfer_line AS line ON line.transfer_id = transfer.id
  JOIN inventory.location AS goal ON goal.id = transfer.to_location_id
  LEFT JOIN inventory.reservation AS held ON held.line_id = line.id
  LEFT JOIN inventory.location AS place ON place.id = held.location_id
  LEFT JOIN inventory.lot AS lot ON lot.id = held.lot_id
 WHERE transfer.batch_id = :batch AND transfer.state IN ('waiting', 'ready')
   AND (held.id IS NOT NULL OR transfer.kind IN ('receipt', 'customer_return'))
 ORDER BY 1, line.product_id, lot.name, transfer.id
""")
_PICKED: Final = text("""
SELECT pick.line_id, pick.from_location_id AS place_id, pick.lot_name AS lot, pick.quantity
  FROM inventory.pick
  JOIN inventory.transfer_line AS line ON line.id = pick.line_id
  JOIN inventory.transfer AS transfer ON transfer.id = line.transfer_id
 WHERE transfer.batch_id = :batch ORDER BY pick.id
""")


@dataclass(slots=True)
class Stop:
    """Goods to take, or to put, at a place of the walk; `box` is the number of the box, or of the
    place on the cart, that they go into, `taken` what of them is in hand."""

    path: str
    product_id: int
    lot: str | None
    transfer_id: int
    quantity: Decimal
    box: int = 0
    line_id: int = 0
    place_id: int | None = None
    taken: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        """What is still to be taken here."""
        return max(self.quantity - self.taken, ZERO)


@dataclass(frozen=True, slots=True)
class Worked:
    """What came of a batch: the numbers of what was done, and why the rest was not."""

    numbers: tuple[str, ...]
    refused: tuple[tuple[int, str], ...]


def walk(session: Session, batch_id: int) -> Sequence[Stop]:
    """What a batch takes, in the order of the places, so that nobody goes anywhere twice, and how
    much of it is in hand."""
    stops = [Stop(*row) for row in session.execute(_WALK, {"batch": batch_id})]
    for row in session.execute(_PICKED, {"batch": batch_id}):
        left: Decimal = row.quantity
        mine = [stop for stop in stops if stop.line_id == row.line_id]
        # What was taken elsewhere than planned counts for the line all the same.
        mine.sort(key=lambda stop: (stop.place_id != row.place_id, (stop.lot or "") != row.lot))
        for stop in mine:
            taken = min(left, stop.left)
            stop.taken += taken
            left -= taken
    return stops


def work_off(session: Session, batch: Batch) -> Worked:
    """Do the transfers of a batch, each by itself: one that cannot be done says why and holds up no
    other. Where somebody has begun to pick, those of which something is in hand, and of them what
    is; otherwise all that are ready. A batch of which nothing is left is done."""
    begun = session.scalars(
        select(TransferLine.transfer_id)
        .distinct()
        .join(Pick, Pick.line_id == TransferLine.id)
        .join(Transfer, Transfer.id == TransferLine.transfer_id)
        .where(Transfer.batch_id == batch.id, Transfer.state.in_(ACTIVE_STATES))
        .order_by(TransferLine.transfer_id)
    ).all()
    ready = select(Transfer.id).where(Transfer.batch_id == batch.id, Transfer.state == "ready")
    ids = begun or session.scalars(ready.order_by(Transfer.id)).all()
    if not ids:
        raise Conflict(
            phrase("Nothing in this batch is ready."),
            fix=phrase("Choose transfers in their list and give them this batch."),
        )
    numbers: list[str] = []
    refused: list[tuple[int, str]] = []
    for transfer_id in ids:
        try:
            with savepoint(session):
                numbers.append(do_transfer(session, transfer_id).number)
        except AppError as error:
            refused.append((transfer_id, error.message))
    is_open = Transfer.state.in_(("draft", *ACTIVE_STATES))
    left = select(Transfer.id).where(Transfer.batch_id == batch.id, is_open)
    if session.scalar(left.limit(1)) is None:
        batch.state = "done"
        session.flush()
    return Worked(tuple(numbers), tuple(refused))
