"""Moves that bring back others: how much of them can still be, and at which cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.catalog.api import Product
from addons.inventory.services.costs.money import ZERO, plain, share
from addons.inventory.services.ledger.values import MoveDraft
from core.api import Conflict, InvalidInput, phrase

_ORIGINS: Final = text("""
SELECT origin.id, origin.product_id, origin.quantity, event.id AS event_id, event.pool_id,
       event.kind, event.amount, event.value,
       coalesce(back.quantity, 0) AS back_quantity, coalesce(back.amount, 0) AS back_amount
  FROM inventory.move AS origin
  LEFT JOIN inventory.cost_event AS event ON event.move_id = origin.id
  LEFT JOIN LATERAL (
    SELECT sum(move.quantity) AS quantity, sum(came.amount) AS amount
      FROM inventory.move AS move
      LEFT JOIN inventory.cost_event AS came ON came.move_id = move.id
     WHERE move.reverses_id = origin.id) AS back ON true
 WHERE origin.id = ANY (:ids)
""")


@dataclass(slots=True)
class Origin:
    """A move that others bring back, with what they brought back already."""

    id: int
    product_id: int
    quantity: Decimal
    event_id: int | None
    pool_id: int | None
    kind: str | None
    amount: Decimal | None
    value: Decimal | None
    back_quantity: Decimal
    back_amount: Decimal

    def bring_back(self, quantity: Decimal, unit: Decimal) -> Decimal:
        """The share of what the move cost; all the returns of a move together cost what it did.
        Goods that came from a supplier go back at what they came at."""
        if self.kind is None:
            return ZERO
        given = self.kind in ("in", "direct", "direct_back")
        cost = (self.amount if given else -(self.value or ZERO)) or ZERO
        self.back_quantity += quantity
        due = share(cost, self.back_quantity, self.quantity, unit) - self.back_amount
        due = max(due, ZERO)
        self.back_amount += due
        return due


def origins_of(
    session: Session, moves: Sequence[MoveDraft], products: Mapping[int, Product]
) -> dict[int, Origin]:
    """The moves that these bring back. Raises InvalidInput for one of another product, and
    Conflict where more is brought back than went."""
    ids = sorted({move.reverses_id for move in moves if move.reverses_id is not None})
    if not ids:
        return {}
    found = {row.id: Origin(*row) for row in session.execute(_ORIGINS, {"ids": ids})}
    wanted: dict[int, Decimal] = {}
    for move in moves:
        if move.reverses_id is None:
            continue
        origin = found.get(move.reverses_id)
        if origin is None or origin.product_id != move.product_id:
            raise InvalidInput.of("reverses_id", phrase("This move is not one of the product."))
        wanted[origin.id] = wanted.get(origin.id, ZERO) + move.quantity
        if origin.back_quantity + wanted[origin.id] > origin.quantity:
            raise Conflict(
                phrase(
                    "No more than {left} of {product} can be brought back.",
                    left=plain(origin.quantity - origin.back_quantity),
                    product=products[move.product_id].name,
                )
            )
    return found
