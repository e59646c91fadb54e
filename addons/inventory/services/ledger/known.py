"""What is read and checked once for a posting, and used by all of its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from addons.catalog.api import Product
from addons.inventory.services.costs.rules import Terms
from addons.inventory.services.ledger.checking import Place
from addons.inventory.services.ledger.returns import Origin
from addons.inventory.services.ledger.values import MoveDraft


@dataclass(frozen=True, slots=True)
class Known:
    """Products, locations, terms and moves that are brought back, by their ids; the smallest unit
    of money; the day."""

    products: Mapping[int, Product]
    places: Mapping[int, Place]
    terms: Mapping[int, Terms]
    origins: Mapping[int, Origin]
    unit: Decimal
    day: date

    def is_valued(self, move: MoveDraft) -> bool:
        """Whether the goods of a move become the company's, or somebody else's."""
        return self.places[move.from_id].side != self.places[move.to_id].side

    def is_direct(self, move: MoveDraft) -> bool:
        """Whether the goods of a move are bought and gone at once: never in the company's stock."""
        return self.is_valued(move) and not self.touches_stock(move)

    def touches_stock(self, move: MoveDraft) -> bool:
        """Whether goods of the company come to a place, or leave one."""
        return self.places[move.from_id].own or self.places[move.to_id].own

    def branch(self, moves: Sequence[MoveDraft]) -> int | None:
        """The branch of the first warehouse that the moves touch."""
        for move in moves:
            for place in (self.places[move.from_id], self.places[move.to_id]):
                if place.branch_id is not None:
                    return place.branch_id
        return None
