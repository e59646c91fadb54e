"""Which goods are taken first: a rule without the database, to be read and tested alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

Removal = Literal["fifo", "lifo", "fefo"]
_NEVER: Final = date.max


@dataclass(frozen=True, slots=True)
class Pile:
    """Goods of one product in one place, of one lot where lots are kept. `free` is what nobody
    reserved, `since` when the first of them came there; `lent` are still a supplier's."""

    product_id: int
    location_id: int
    lot_id: int | None
    free: Decimal
    since: datetime
    expires_on: date | None = None
    removal: Removal = "fifo"
    lent: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """A quantity out of a pile."""

    pile: Pile
    quantity: Decimal


def in_order(piles: Iterable[Pile]) -> list[Pile]:
    """Piles in the order in which they are taken.

    Whatever expires first goes first where the removal is "fefo", and what does not expire last;
    otherwise what came first, or last. Places break ties, so that a bin is emptied before the next.
    The company's own goods go before those that would have to be bought for it.
    """
    return sorted(piles, key=_rank)


def choose(piles: Iterable[Pile], wanted: Decimal, on: date) -> list[Taken]:
    """Take what is wanted out of piles of one product, as far as there is any. What has expired
    on that day is left."""
    taken: list[Taken] = []
    for pile in in_order(piles):
        if wanted <= 0:
            break
        expired = pile.expires_on is not None and pile.expires_on < on
        quantity = min(pile.free, wanted)
        if quantity > 0 and not expired:
            taken.append(Taken(pile, quantity))
            wanted -= quantity
    return taken


def _rank(pile: Pile) -> tuple[bool, date, float, int, int]:
    came = pile.since.timestamp()
    expires = (pile.expires_on or _NEVER) if pile.removal == "fefo" else _NEVER
    return (
        pile.lent,
        expires,
        -came if pile.removal == "lifo" else came,
        pile.location_id,
        pile.lot_id or 0,
    )
