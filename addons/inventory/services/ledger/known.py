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
        """Whether a move crosses the border of what the company owns."""
        return self.places[move.from_id].own != self.places[move.to_id].own

    def branch(self, moves: Sequence[MoveDraft]) -> int | None:
        """The branch of the first warehouse that the moves touch."""
        for move in moves:
            for place in (self.places[move.from_id], self.places[move.to_id]):
                if place.branch_id is not None:
                    return place.branch_id
        return None
