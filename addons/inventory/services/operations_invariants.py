"""What is always true of transfers, reservations and serial numbers."""

from __future__ import annotations

from typing import Final

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from core.api import Invariant, InvariantResult, msg

_RESERVED: Final = text("""
SELECT coalesce(pile.product_id, promised.product_id) || ' @ '
       || coalesce(pile.location_id, promised.location_id)
  FROM inventory.on_hand AS pile
  FULL JOIN (SELECT product_id, location_id, lot_id, sum(quantity) AS quantity
               FROM inventory.reservation GROUP BY product_id, location_id, lot_id) AS promised
    ON promised.product_id = pile.product_id AND promised.location_id = pile.location_id
   AND promised.lot_id IS NOT DISTINCT FROM pile.lot_id
 WHERE coalesce(pile.reserved, 0) <> coalesce(promised.quantity, 0) LIMIT 20
""")
_TOO_MUCH: Final = text("""
SELECT id FROM inventory.on_hand WHERE reserved > greatest(quantity, 0) ORDER BY id LIMIT 20
""")
_MOVED: Final = text("""
SELECT line.id FROM inventory.transfer_line AS line
  LEFT JOIN (SELECT transfer_line_id, sum(quantity) AS quantity FROM inventory.move
              WHERE transfer_line_id IS NOT NULL GROUP BY transfer_line_id) AS went
    ON went.transfer_line_id = line.id
 WHERE line.moved <> coalesce(went.quantity, 0) ORDER BY line.id LIMIT 20
""")
_IDLE: Final = text("""
SELECT promised.id FROM inventory.reservation AS promised
  JOIN inventory.transfer_line AS line ON line.id = promised.line_id
  JOIN inventory.transfer AS transfer ON transfer.id = line.transfer_id
 WHERE transfer.state NOT IN ('waiting', 'ready') ORDER BY promised.id LIMIT 20
""")
_PIECES: Final = text("""
SELECT lot.id, lot.product_id FROM inventory.on_hand AS pile
  JOIN inventory.lot AS lot ON lot.id = pile.lot_id
 GROUP BY lot.id HAVING sum(greatest(pile.quantity, 0)) > 1 AND count(*) FILTER
       (WHERE pile.quantity > 0) >= 1
 ORDER BY lot.id
""")


def reservations_are_summed(session: Session) -> InvariantResult:
    """What the balances call reserved is the sum of the reservations there."""
    return _none(session, _RESERVED)


def nothing_is_promised_twice(session: Session) -> InvariantResult:
    """No more is reserved in a place than there is."""
    return _none(session, _TOO_MUCH)


def lines_say_what_moved(session: Session) -> InvariantResult:
    """What a line of a transfer says has moved is the sum of its moves."""
    return _none(session, _MOVED)


def only_open_transfers_hold_goods(session: Session) -> InvariantResult:
    """Nothing is reserved for what is done or cancelled."""
    return _none(session, _IDLE)


def serials_are_single(session: Session) -> InvariantResult:
    """A serial number is one piece, and in stock once at the most."""
    rows = session.execute(_PIECES).all()
    products = get_products(session, {row.product_id for row in rows})
    bad = [str(row.id) for row in rows if products[row.product_id].tracking == "serial"]
    return InvariantResult(not bad, f"{len(bad)} twice", ", ".join(bad[:20]))


def _none(session: Session, statement: TextClause) -> InvariantResult:
    bad = [str(one) for one in session.scalars(statement)]
    return InvariantResult(not bad, f"{len(bad)} wrong", ", ".join(bad))


INVARIANTS: Final = (
    Invariant(
        "inventory.reservations_are_summed",
        msg("What is reserved is the sum of the reservations"),
        reservations_are_summed,
    ),
    Invariant(
        "inventory.nothing_is_promised_twice",
        msg("No more is reserved than there is"),
        nothing_is_promised_twice,
    ),
    Invariant(
        "inventory.lines_say_what_moved",
        msg("Transfers say what has moved"),
        lines_say_what_moved,
    ),
    Invariant(
        "inventory.only_open_transfers_hold_goods",
        msg("Only open transfers hold goods"),
        only_open_transfers_hold_goods,
    ),
    Invariant(
        "inventory.serials_are_single",
        msg("A serial number is in stock once"),
        serials_are_single,
    ),
)
