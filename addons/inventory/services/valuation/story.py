"""The story of a product's stock: what came, went and changed its value, with what there was after
each; and the receipts that what is left comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.services.costs.money import ZERO, per_unit
from addons.inventory.services.valuation.as_of import valuation_as_of

_LINES: Final = text("""
SELECT line.day, line.valuation_id, valuation.number, valuation.reason, valuation.contact_id,
       lot.name AS lot, sum(line.quantity) AS quantity, sum(line.amount) AS value
  FROM inventory.value_line AS line
  JOIN inventory.valuation ON valuation.id = line.valuation_id
  JOIN inventory.cost_pool AS pool ON pool.id = line.pool_id
  LEFT JOIN inventory.cost_event AS event ON event.id = line.cost_event_id
  LEFT JOIN inventory.move ON move.id = event.move_id
  LEFT JOIN inventory.lot ON lot.id = coalesce(move.lot_id, pool.lot_id)
 WHERE line.product_id = :product AND line.role = 'stock'
   AND line.day BETWEEN :start AND :end
 GROUP BY line.day, line.valuation_id, valuation.number, valuation.reason, valuation.contact_id,
          lot.name
HAVING sum(line.quantity) <> 0 OR sum(line.amount) <> 0
 ORDER BY line.day, line.valuation_id, lot.name
 LIMIT :most
""")
_LAYERS: Final = text("""
SELECT pool.method, layer.day, layer.valuation_id, valuation.number, valuation.reason,
       valuation.contact_id, lot.name AS lot, layer.quantity AS came, layer.amount AS cost,
       layer.left_quantity AS left_quantity, layer.left_value AS left_value,
       coalesce(added.landed, 0) AS landed, coalesce(added.billed, 0) AS billed
  FROM inventory.cost_event AS layer
  JOIN inventory.cost_pool AS pool ON pool.id = layer.pool_id
  JOIN inventory.valuation ON valuation.id = layer.valuation_id
  JOIN inventory.move ON move.id = layer.move_id
  LEFT JOIN inventory.lot ON lot.id = move.lot_id
  LEFT JOIN LATERAL (
    SELECT sum(event.amount) FILTER (WHERE event.role = 'landed') AS landed,
           sum(event.amount) FILTER (WHERE event.role = 'received') AS billed
      FROM inventory.cost_event AS event
     WHERE event.layer_id = layer.id AND event.kind = 'adjust') AS added ON true
 WHERE pool.product_id = :product AND layer.left_quantity <> 0
 ORDER BY layer.day, layer.id
 LIMIT :most
""")
_ADDED: Final = text("""
SELECT event.day, event.valuation_id, valuation.number, valuation.reason, event.role,
       event.amount, event.value
  FROM inventory.cost_event AS event
  JOIN inventory.cost_event AS layer ON layer.id = event.layer_id AND layer.left_quantity <> 0
  JOIN inventory.cost_pool AS pool ON pool.id = event.pool_id
  JOIN inventory.valuation ON valuation.id = event.valuation_id
 WHERE pool.product_id = :product AND event.kind = 'adjust'
 ORDER BY event.day, event.id
 LIMIT :most
""")
_METHODS: Final = text("""
SELECT DISTINCT method FROM inventory.cost_pool
 WHERE product_id = :product AND (quantity <> 0 OR lot_id IS NULL) ORDER BY method
""")
MOST: Final = 500
"""Rows of a page; whoever wants more narrows the days."""


@dataclass(frozen=True, slots=True)
class CardLine:
    """What a document did to a product's stock, and what there was after it."""

    day: date
    valuation_id: int
    number: str
    reason: str
    contact_id: int | None
    lot: str | None
    quantity: Decimal
    value: Decimal
    quantity_after: Decimal
    value_after: Decimal


@dataclass(frozen=True, slots=True)
class StockCard:
    """A product's stock from one day to another; `complete` unless there is more than fits."""

    quantity_before: Decimal
    value_before: Decimal
    lines: tuple[CardLine, ...]
    complete: bool

    @property
    def quantity(self) -> Decimal:
        """What there was at the end."""
        return self.lines[-1].quantity_after if self.lines else self.quantity_before

    @property
    def value(self) -> Decimal:
        """What it was worth."""
        return self.lines[-1].value_after if self.lines else self.value_before


@dataclass(frozen=True, slots=True)
class LayerShown:
    """A receipt of which something is left: its cost when it came, what bills and landed costs
    added to all of it, and what a piece of the rest costs now where layers have a value."""

    method: str
    day: date
    valuation_id: int
    number: str
    reason: str
    contact_id: int | None
    lot: str | None
    came: Decimal
    cost: Decimal
    left_quantity: Decimal
    left_value: Decimal
    landed: Decimal
    billed: Decimal

    @property
    def unit_cost(self) -> Decimal:
        """What a piece of it costs."""
        if self.method == "fifo" or self.left_quantity < 0:
            return per_unit(self.left_value, self.left_quantity)
        return per_unit(self.cost + self.landed + self.billed, self.came)


@dataclass(frozen=True, slots=True)
class Added:
    """A landed cost or the difference of a bill on goods of which something is left: all of it,
    and what of it went onto the stock."""

    day: date
    valuation_id: int
    number: str
    reason: str
    role: str
    amount: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a product costs what it costs."""

    methods: tuple[str, ...]
    quantity: Decimal
    value: Decimal
    layers: tuple[LayerShown, ...]
    added: tuple[Added, ...]

    @property
    def unit_cost(self) -> Decimal | None:
        """What a piece costs; None where there is nothing."""
        return per_unit(self.value, self.quantity) if self.quantity else None


def stock_card(session: Session, product_id: int, start: date, end: date) -> StockCard:
    """What changed a product's stock between two days, both included, by days of posting."""
    before = valuation_as_of(session, date.fromordinal(start.toordinal() - 1), [product_id])
    quantity = before[0].quantity if before else ZERO
    value = before[0].value if before else ZERO
    opened = (quantity, value)
    given = {"product": product_id, "start": start, "end": end, "most": MOST + 1}
    rows = session.execute(_LINES, given).all()
    lines = []
    for row in rows[:MOST]:
        quantity, value = quantity + row.quantity, value + row.value
        after = {"quantity_after": quantity, "value_after": value}
        lines.append(CardLine(**row._mapping, **after))
    return StockCard(*opened, tuple(lines), len(rows) <= MOST)


def explain_cost(session: Session, product_id: int, day: date) -> Explanation:
    """What a product's stock was worth at the end of a day, and the receipts that what is left
    now comes from, with what was added to them since."""
    then = valuation_as_of(session, day, [product_id])
    given = {"product": product_id, "most": MOST}
    layers: Sequence[LayerShown] = [LayerShown(*row) for row in session.execute(_LAYERS, given)]
    added = tuple(Added(*row) for row in session.execute(_ADDED, given))
    methods = tuple(session.scalars(_METHODS, {"product": product_id}))
    quantity = then[0].quantity if then else ZERO
    value = then[0].value if then else ZERO
    return Explanation(methods, quantity, value, tuple(layers), added)
