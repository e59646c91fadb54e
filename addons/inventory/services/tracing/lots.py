"""Where goods of a lot came from and where they went: every move of it, and whom to call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.contacts.api import contact_names

_MOVES: Final = text("""
SELECT move.id, move.day, move.number, move.quantity, move.contact_id, start.kind AS start_kind,
       goal.kind AS goal_kind, start.path AS start, goal.path AS goal, line.transfer_id,
       move.source_type, move.source_id, transfer.source_number
  FROM inventory.move AS move
  JOIN inventory.location AS start ON start.id = move.from_id
  JOIN inventory.location AS goal ON goal.id = move.to_id
  LEFT JOIN inventory.transfer_line AS line ON line.id = move.transfer_line_id
  LEFT JOIN inventory.transfer AS transfer ON transfer.id = line.transfer_id
 WHERE move.lot_id = :lot
 ORDER BY move.day, move.id LIMIT :most
""")
_NOW: Final = text("""
SELECT place.path, pile.quantity, pile.reserved
  FROM inventory.on_hand AS pile JOIN inventory.location AS place ON place.id = pile.location_id
 WHERE pile.lot_id = :lot AND pile.quantity <> 0 ORDER BY place.path
""")
_HOLDERS: Final = text("""
SELECT coalesce(transfer.for_contact_id, move.contact_id) AS contact_id,
       sum(CASE WHEN goal.kind = 'customer' THEN move.quantity
                                 ELSE -move.quantity END) AS quantity, max(move.day) AS last
  FROM inventory.move AS move
  JOIN inventory.location AS start ON start.id = move.from_id
  JOIN inventory.location AS goal ON goal.id = move.to_id
  LEFT JOIN inventory.transfer_line AS line ON line.id = move.transfer_line_id
  LEFT JOIN inventory.transfer AS transfer ON transfer.id = line.transfer_id
 WHERE move.lot_id = :lot AND 'customer' IN (start.kind, goal.kind)
 GROUP BY 1
HAVING sum(CASE WHEN goal.kind = 'customer' THEN move.quantity ELSE -move.quantity END) > 0
 ORDER BY max(move.day) DESC
""")
MOST: Final = 1000
"""Moves of a lot that are shown."""


@dataclass(frozen=True, slots=True)
class TracedMove:
    """A move of a lot. `way` says whether it came in, went out, or changed its place."""

    id: int
    day: date
    number: str
    quantity: Decimal
    contact_id: int | None
    contact: str
    start: str
    goal: str
    way: str
    transfer_id: int | None
    source_number: str


@dataclass(frozen=True, slots=True)
class Held:
    """What of a lot lies at a place now."""

    path: str
    quantity: Decimal
    reserved: Decimal


@dataclass(frozen=True, slots=True)
class Holder:
    """A customer who has goods of a lot, with as much as they did not bring back."""

    contact_id: int | None
    name: str
    quantity: Decimal
    last: date


def moves_of(session: Session, lot_id: int) -> Sequence[TracedMove]:
    """All moves of a lot, the oldest first: up to where it came from, down to where it went."""
    rows = session.execute(_MOVES, {"lot": lot_id, "most": MOST}).all()
    names = contact_names(session, [row.contact_id for row in rows])
    return [
        TracedMove(
            row.id,
            row.day,
            row.number,
            row.quantity,
            row.contact_id,
            names.get(row.contact_id, ""),
            row.start,
            row.goal,
            _way(row.start_kind, row.goal_kind),
            row.transfer_id,
            row.source_number or "",
        )
        for row in rows
    ]


def held_now(session: Session, lot_id: int) -> Sequence[Held]:
    """Where goods of a lot lie now."""
    return [Held(*row) for row in session.execute(_NOW, {"lot": lot_id})]


def holders(session: Session, lot_id: int) -> Sequence[Holder]:
    """The customers who have goods of a lot: whom to call when it is recalled."""
    rows = session.execute(_HOLDERS, {"lot": lot_id}).all()
    names = contact_names(session, [row.contact_id for row in rows])
    return [
        Holder(row.contact_id, names.get(row.contact_id, ""), row.quantity, row.last)
        for row in rows
    ]


def _way(start: str, goal: str) -> str:
    own = ("internal", "transit")
    if start in own and goal in own:
        return "within"
    return "in" if goal in own else "out"
