"""What of the stock leaves and what lies: products by how much of the cost of sales they make up
(ABC), and goods that nobody has asked for in a while (slow movers).

ABC follows Pareto: products are sorted by the cost of what went to customers within the days, less
what came back. Those that make up the first 80 % of it are A, those up to 95 % B, the rest C. What
suppliers brought straight to customers never was in stock, and is left out. A product is slow when
nothing of it was sold or used for so many days; one that never was, since it first came.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.inventory.services.costs.money import ZERO
from addons.inventory.services.valuation.as_of import valuation_as_of

Class = Literal["A", "B", "C"]
A_SHARE: Final = Decimal(80)
B_SHARE: Final = Decimal(95)
SLOW_AFTER: Final = 90
"""Days without a sale after which a product is slow, where nobody says otherwise."""
_HUNDRED: Final = Decimal(100)
_SHARE: Final = Decimal("0.01")

_SOLD: Final = text("""
SELECT line.product_id,
       coalesce(-sum(line.quantity) FILTER (WHERE line.role = 'stock' AND event.role = 'sold'), 0)
         AS quantity,
       coalesce(sum(line.amount) FILTER (WHERE line.role = 'sold'), 0) AS cost
  FROM inventory.value_line AS line
  JOIN inventory.cost_event AS event ON event.id = line.cost_event_id
 WHERE line.role IN ('stock', 'sold') AND event.kind NOT IN ('direct', 'direct_back')
   AND line.day BETWEEN :start AND :end
 GROUP BY line.product_id
""")
# By the index on pool and day, from the end and from the beginning: a few rows of each pool.
_DAYS: Final = text("""
SELECT pool.product_id, max(went.day) AS went_on, min(came.day) AS came_on
  FROM inventory.cost_pool AS pool
  LEFT JOIN LATERAL (
    SELECT day FROM inventory.cost_event AS event
     WHERE event.pool_id = pool.id AND event.day <= :day AND event.kind = 'out'
       AND event.role IN ('sold', 'consumed')
     ORDER BY event.day DESC, event.id DESC LIMIT 1) AS went ON true
  LEFT JOIN LATERAL (
    SELECT day FROM inventory.cost_event AS event
     WHERE event.pool_id = pool.id AND event.day <= :day AND event.kind = 'in'
     ORDER BY event.day, event.id LIMIT 1) AS came ON true
 WHERE pool.product_id = ANY (:products)
 GROUP BY pool.product_id
""").bindparams(bindparam("products", type_=ARRAY(BIGINT)))


@dataclass(frozen=True, slots=True)
class Ranked:
    """A product's place among what was sold: pieces and cost of what left, its share of all cost
    and that of it and all before it, in percent, and what is in stock of it at the end."""

    product_id: int
    quantity: Decimal
    cost: Decimal
    share: Decimal
    running: Decimal
    rank: Class
    held: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class Lying:
    """Goods in stock, the day on which some of them were sold or used last (None: never), and for
    how many days none were."""

    product_id: int
    held: Decimal
    value: Decimal
    went_on: date | None
    idle: int


def ranked(
    session: Session,
    start: date,
    end: date,
    a_share: Decimal = A_SHARE,
    b_share: Decimal = B_SHARE,
) -> tuple[Ranked, ...]:
    """What was sold or is in stock, the dearest first, by ABC. A product belongs to the class that
    those before it have not filled; what came back more than it left, and what was not sold, is
    C."""
    held = {one.product_id: one for one in valuation_as_of(session, end)}
    sold = {
        row.product_id: (row.quantity, row.cost)
        for row in session.execute(_SOLD, {"start": start, "end": end})
        if row.quantity or row.cost
    }
    asked = sorted(held.keys() | sold.keys(), key=lambda one: (-_cost(sold, one), one))
    whole = sum((max(cost, ZERO) for _, cost in sold.values()), ZERO)
    found: list[Ranked] = []
    before = ZERO
    for product_id in asked:
        quantity, cost = sold.get(product_id, (ZERO, ZERO))
        counted = max(cost, ZERO)
        # Compared as amounts, so that no rounded percentage decides.
        rank: Class = "C"
        if counted and before * _HUNDRED < whole * a_share:
            rank = "A"
        elif counted and before * _HUNDRED < whole * b_share:
            rank = "B"
        before += counted
        there = held.get(product_id)
        found.append(
            Ranked(
                product_id,
                quantity,
                cost,
                _percent(counted, whole),
                _percent(before, whole),
                rank,
                there.quantity if there else ZERO,
                there.value if there else ZERO,
            )
        )
    return tuple(found)


def slow_movers(session: Session, day: date, days: int = SLOW_AFTER) -> tuple[Lying, ...]:
    """Goods that are in stock at the end of a day and of which nothing was sold or used for so many
    days, the most valuable first."""
    held = {one.product_id: one for one in valuation_as_of(session, day) if one.quantity > 0}
    asked = {"day": day, "products": sorted(held)}
    found = []
    for row in session.execute(_DAYS, asked):
        since = row.went_on or row.came_on or day
        idle = (day - since).days
        if idle >= days:
            one = held[row.product_id]
            found.append(Lying(one.product_id, one.quantity, one.value, row.went_on, idle))
    return tuple(sorted(found, key=lambda one: (-one.value, one.product_id)))


def cost_by_class(rows: Iterable[Ranked]) -> dict[Class, tuple[int, Decimal]]:
    """How many products each class has, and what they cost that were sold of it."""
    sums: dict[Class, tuple[int, Decimal]] = {"A": (0, ZERO), "B": (0, ZERO), "C": (0, ZERO)}
    for row in rows:
        count, cost = sums[row.rank]
        sums[row.rank] = (count + 1, cost + row.cost)
    return sums


def _cost(sold: dict[int, tuple[Decimal, Decimal]], product_id: int) -> Decimal:
    return sold.get(product_id, (ZERO, ZERO))[1]


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part * _HUNDRED / whole).quantize(_SHARE) if whole else ZERO
