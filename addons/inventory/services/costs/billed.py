"""What was billed, and what came or went, of a line of an order: how much of both was not
compared yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.services.costs.money import ZERO, share

ORDER: Final = "purchases.order"
"""The source of moves that a purchase order asks for."""

_BILLED: Final = text("""
SELECT billed.id, billed.bill_id, billed.number, billed.day, billed.contact_id, billed.branch_id,
       billed.currency, billed.rate, billed.quantity < 0 OR billed.amount < 0 AS back,
       abs(billed.quantity) - coalesce(sum(match.quantity), 0) AS quantity,
       abs(billed.amount) - coalesce(sum(match.billed), 0) AS amount
  FROM inventory.billed_line AS billed
  LEFT JOIN inventory.bill_match AS match ON match.billed_line_id = billed.id
 WHERE billed.order_id = :order AND billed.order_line_id = :line
 GROUP BY billed.id ORDER BY billed.id
""")
_MOVED: Final = text("""
SELECT move.id, event.id AS event_id, event.pool_id, move.day, move.currency, move.rate,
       event.kind IN ('out', 'direct_back') AS back,
       move.quantity - coalesce(match.quantity, 0) AS quantity,
       CASE WHEN event.kind <> 'out' OR event.layer_id IS NOT NULL THEN event.amount
            ELSE - event.value END - coalesce(match.received, 0) AS amount, move.quantity AS whole,
       move.reverses_id
  FROM inventory.move AS move
  JOIN inventory.cost_event AS event ON event.move_id = move.id AND event.role = 'received'
  LEFT JOIN LATERAL (
    SELECT sum(quantity) AS quantity, sum(received) AS received
      FROM inventory.bill_match WHERE move_id = move.id) AS match ON true
 WHERE move.id IN (
    SELECT id FROM inventory.move WHERE source_type = 'purchases.order' AND source_id = :order
       AND source_line_id = :line
    UNION ALL
    SELECT move_id FROM inventory.consigned_purchase WHERE order_id = :order
       AND order_line_id = :line)
 ORDER BY move.day, move.id
""")
# A bill that hangs on goods that went back says that these met those that they came as: that is
# no match of the bill.
_MATCHED: Final = text("""
SELECT match.billed_line_id, CASE WHEN offsets.so THEN move.reverses_id ELSE move.id END AS moved,
       sum(CASE WHEN offsets.so THEN - match.quantity ELSE match.quantity END) AS quantity,
       sum(match.billed) AS billed,
       sum(CASE WHEN offsets.so THEN - match.received ELSE match.received END) AS received
  FROM inventory.billed_line AS billed
  JOIN inventory.bill_match AS match ON match.billed_line_id = billed.id
  JOIN inventory.move AS move ON move.id = match.move_id
  JOIN inventory.cost_event AS event ON event.move_id = move.id AND event.role = 'received'
 CROSS JOIN LATERAL (
    SELECT event.kind IN ('out', 'direct_back') AND billed.quantity >= 0
       AND billed.amount >= 0 AS so) AS offsets
 WHERE billed.order_id = :order AND billed.order_line_id = :line
 GROUP BY 1, 2
""")


@dataclass(frozen=True, slots=True)
class Matched:
    """A quantity of a bill that is one with goods: what was billed, and what had been put down for
    them. Negative where that is undone."""

    quantity: Decimal = ZERO
    billed: Decimal = ZERO
    received: Decimal = ZERO

    def __add__(self, other: Matched) -> Matched:
        return Matched(
            self.quantity + other.quantity,
            self.billed + other.billed,
            self.received + other.received,
        )

    def negative(self) -> Matched:
        """The same, undone."""
        return Matched(-self.quantity, -self.billed, -self.received)

    def part(self, quantity: Decimal, unit: Decimal) -> Matched:
        """The share of it that so much has."""
        billed = share(self.billed, quantity, self.quantity, unit)
        return Matched(quantity, billed, share(self.received, quantity, self.quantity, unit))


@dataclass(slots=True)
class Billed:
    """A line of a bill, or (`back`) of a debit note, with what was not compared of it."""

    id: int
    bill_id: int
    number: str
    day: date
    contact_id: int
    branch_id: int | None
    currency: str
    rate: Decimal
    back: bool
    quantity: Decimal
    amount: Decimal
    matched: dict[int, Matched] = field(default_factory=dict)

    def take(self, quantity: Decimal, unit: Decimal) -> Decimal:
        """What was billed for a part of what is left."""
        amount = share(self.amount, quantity, self.quantity, unit)
        self.take_off(quantity, amount)
        return amount

    def take_off(self, quantity: Decimal, amount: Decimal) -> None:
        """So much less is left to compare; more, where it is negative."""
        self.quantity, self.amount = self.quantity - quantity, self.amount - amount

    def remember(self, move_id: int, part: Matched) -> None:
        """Add to what is matched with goods."""
        self.matched[move_id] = self.matched.get(move_id, Matched()) + part


@dataclass(slots=True)
class Moved:
    """Goods that came, or (`back`) went back, with what was not compared of them. Of those that
    came, `billed` is what bills ask for, and `returned` what went back, on the days `went_on`."""

    id: int
    event_id: int
    pool_id: int
    day: date
    currency: str
    rate: Decimal
    back: bool
    quantity: Decimal
    amount: Decimal
    whole: Decimal
    origin_id: int | None
    billed: Decimal = ZERO
    returned: Decimal = ZERO
    went_on: list[date] = field(default_factory=list)

    def bill(self, quantity: Decimal) -> Decimal:
        """So much more is billed, or less where it is negative; how much of it is of the goods that
        were kept: they are billed first."""
        kept, before = self.whole - self.returned, self.billed
        self.billed += quantity
        return min(self.billed, kept) - min(before, kept)

    def take(self, quantity: Decimal, unit: Decimal) -> Decimal:
        """What was put down for a part of what is left."""
        amount = share(self.amount, quantity, self.quantity, unit)
        self.take_off(quantity, amount)
        return amount

    def take_off(self, quantity: Decimal, amount: Decimal) -> None:
        """So much less is left to compare; more, where it is negative."""
        self.quantity, self.amount = self.quantity - quantity, self.amount - amount


def billed_of(session: Session, order_id: int, line_id: int) -> list[Billed]:
    """What was billed of a line of an order, the first first, and what it is matched with."""
    given = {"order": order_id, "line": line_id}
    found = {row.id: Billed(*row) for row in session.execute(_BILLED, given)}
    if found:
        for row in session.execute(_MATCHED, given):
            part = Matched(row.quantity, row.billed, row.received)
            found[row.billed_line_id].remember(row.moved, part)
    return list(found.values())


def moved_of(
    session: Session, order_id: int, line_id: int, billed: Iterable[Billed] = ()
) -> list[Moved]:
    """What came and went back of a line of an order, the first first, with what these bills are
    matched with of it."""
    given = {"order": order_id, "line": line_id}
    moves = [Moved(*row) for row in session.execute(_MOVED, given)]
    by_id = {moved.id: moved for moved in moves}
    for went in moves:
        origin = by_id.get(went.origin_id or 0)
        if origin is not None and went.back:
            origin.returned += went.whole
            origin.went_on.append(went.day)
    for bill in billed:
        for move_id, part in bill.matched.items():
            if move_id in by_id:
                by_id[move_id].billed += part.quantity
    return moves
