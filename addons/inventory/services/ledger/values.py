"""What is handed to the ledger of stock, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from addons.inventory.events import Role


@dataclass(frozen=True, slots=True)
class Source:
    """The document that asks for moves: purchases.order 17."""

    type: str = ""
    id: int | None = None


NO_SOURCE: Final = Source()


@dataclass(frozen=True, slots=True)
class MoveDraft:
    """A quantity, in the product's stock unit, that is to go from one location to another.

    Goods that come from outside cost `price` a unit in `currency` (the company's where it is
    empty), of which one unit is worth `rate` where the books know no rate of the day; without a
    price they come at what the goods there are cost. `reverses_id` is the move that is brought
    back: goods come back at the cost they left with, and leave at the cost they came with. `role`
    says what goods from or to a location for differences are: adjustment, scrap or opening.
    `source_id` and `number` are the document's where moves of several are posted together.
    """

    product_id: int
    from_id: int
    to_id: int
    quantity: Decimal
    lot_id: int | None = None
    price: Decimal | None = None
    currency: str = ""
    rate: Decimal = Decimal(1)
    reverses_id: int | None = None
    transfer_line_id: int | None = None
    source_line_id: int | None = None
    role: Role | None = None
    source_id: int | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class PostedMove:
    """A move of the ledger. `value` is what its goods were worth, in the company's currency and
    not negative; 0 for a move within the company."""

    id: int
    draft: MoveDraft
    value: Decimal


@dataclass(frozen=True, slots=True)
class Posted:
    """What was written: moves in the order of their drafts, the valuation where values changed,
    and sentences for the person who did it, such as that stock became negative. `short` are the
    piles, by product, location and lot, that hold less than nothing, of moves that had happened."""

    moves: tuple[PostedMove, ...]
    valuation_id: int | None
    warnings: tuple[str, ...] = ()
    short: frozenset[tuple[int, int, int | None]] = frozenset()


@dataclass(frozen=True, slots=True)
class Balance:
    """What there is of a product, or of a lot of it, at a location."""

    product_id: int
    location_id: int
    lot_id: int | None
    quantity: Decimal
