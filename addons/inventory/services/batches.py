"""Batches: several transfers worked off in one walk through the warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.inventory.models import Batch, Transfer
from addons.inventory.services.transfers.acts import do_transfer
from addons.inventory.services.transfers.values import ACTIVE_STATES
from core.api import AppError, Conflict, phrase, savepoint

_WALK: Final = text("""
SELECT coalesce(place.path, goal.path) AS path, line.product_id, lot.name AS lot,
       transfer.id AS transfer_id, coalesce(held.quantity, line.quantity - line.moved) AS quantity
  FROM inventory.transfer AS transfer
  JOIN inventory.transfer_line AS line ON line.transfer_id = transfer.id
  JOIN inventory.location AS goal ON goal.id = transfer.to_location_id
  LEFT JOIN inventory.reservation AS held ON held.line_id = line.id
  LEFT JOIN inventory.location AS place ON place.id = held.location_id
  LEFT JOIN inventory.lot AS lot ON lot.id = held.lot_id
 WHERE transfer.batch_id = :batch AND transfer.state IN ('waiting', 'ready')
   AND (held.id IS NOT NULL OR transfer.kind IN ('receipt', 'customer_return'))
 ORDER BY 1, line.product_id, lot.name, transfer.id
""")


@dataclass(frozen=True, slots=True)
class Stop:
    """Goods to take, or to put, at a place of the walk."""

    path: str
    product_id: int
    lot: str | None
    transfer_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Worked:
    """What came of a batch: the numbers of what was done, and why the rest was not."""

    numbers: tuple[str, ...]
    refused: tuple[tuple[int, str], ...]


def walk(session: Session, batch_id: int) -> Sequence[Stop]:
    """What a batch takes, in the order of the places, so that nobody goes anywhere twice."""
    return [Stop(*row) for row in session.execute(_WALK, {"batch": batch_id})]


def work_off(session: Session, batch: Batch) -> Worked:
    """Do every transfer of a batch that is ready, each by itself: one that cannot be done says why
    and holds up no other. A batch of which nothing is left is done."""
    ids = session.scalars(
        select(Transfer.id)
        .where(Transfer.batch_id == batch.id, Transfer.state == "ready")
        .order_by(Transfer.id)
    ).all()
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
