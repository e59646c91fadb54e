"""The cost of goods, worked out: a pool of goods that are valued together, and what happens to it.

Nothing here knows the database. What happened is applied to a pool in memory, and what came of it
is noted: value lines that sum to zero, and what was given to and taken from layers. Posting applies
one happening to the pool as it is; after a backdated one the same functions run the pool's whole
story again (`replaying`). The formulas are those of IAS 2, 21 and 25-27: standard cost, first in
first out and weighted average, the last after each receipt.

What every method keeps: pieces and value end at zero together; a pool with pieces is never worth
less than nothing; every layer knows how many of its pieces are left, the oldest leaving first.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from addons.inventory.events import Role
from addons.inventory.services.costs.money import ZERO

Method = Literal["fifo", "average", "standard"]
Kind = Literal["in", "out", "direct", "direct_back", "adjust", "revalue", "price", "method"]


@dataclass(frozen=True, slots=True)
class Happening:
    """A row of `cost_event`: see there what each column means."""

    id: int
    day: date
    kind: Kind
    quantity: Decimal = ZERO
    amount: Decimal = ZERO
    role: str = ""
    layer_id: int | None = None
    method: str = ""
    gone_as: str = ""


@dataclass(slots=True, order=True)
class Layer:
    """Pieces that came and are left, or, negative, pieces that went and are still to come. By
    first in first out `value` is what they are worth; by the other methods that is the pool's
    affair, save for pieces still to come. `returned` of the pieces that came went back to their
    supplier."""

    day: date
    id: int
    original: Decimal = field(compare=False)
    quantity: Decimal = field(compare=False)
    value: Decimal = field(compare=False)
    role: str = field(default="", compare=False)
    returned: Decimal = field(default=ZERO, compare=False)

    @property
    def kept(self) -> Decimal:
        """Pieces that came and did not go back."""
        return self.original - self.returned


@dataclass(frozen=True, slots=True)
class Line:
    """A value line of a happening: positive is a debit of the role's account. One without a
    happening touches no pool, and is never worked out again."""

    event_id: int | None
    role: Role
    amount: Decimal
    quantity: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Use:
    """What a happening gave to a layer, or took from it."""

    layer_id: int
    event_id: int
    quantity: Decimal
    value: Decimal


@dataclass(slots=True)
class Pool:
    """Goods that are valued together, in units of money `unit`; `layers` in the order in which
    they are used up. `last_cost` is what a piece cost last, for pieces that leave an empty pool."""

    method: str
    unit: Decimal
    standard: Decimal = ZERO
    quantity: Decimal = ZERO
    value: Decimal = ZERO
    last_cost: Decimal = ZERO
    layers: list[Layer] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)

    @property
    def by_layer(self) -> bool:
        """Whether each layer has a value of its own."""
        return self.method == "fifo"

    def find(self, layer_id: int | None) -> Layer | None:
        """The layer that a happening made, if anything is left of it."""
        return next((layer for layer in self.layers if layer.id == layer_id), None)

    def stocked(self) -> list[Layer]:
        """The layers with pieces, in the order in which they are used up."""
        return [layer for layer in self.layers if layer.quantity > 0]

    def missing(self) -> list[Layer]:
        """The layers of pieces still to come, in the order in which they are filled."""
        return [layer for layer in self.layers if layer.quantity < 0]

    def open_layer(self, layer: Layer) -> None:
        """Put in a layer at its place, and note what it was given."""
        if layer.quantity:
            insort(self.layers, layer)
            self.uses.append(Use(layer.id, layer.id, layer.quantity, layer.value))

    def change_layer(
        self, layer: Layer, happening: Happening, quantity: Decimal, value: Decimal
    ) -> None:
        """Give to a layer, or take from it, and note it; one with nothing left is gone."""
        layer.quantity += quantity
        layer.value += value
        if quantity or value:
            self.uses.append(Use(layer.id, happening.id, quantity, value))
        if not layer.quantity:
            self.layers.remove(layer)

    def change(self, event_id: int, stock: Decimal, *others: tuple[Role, Decimal]) -> None:
        """Add to the pool's value, and note it with the other sides."""
        self.value += stock
        self.note(event_id, ("stock", stock), *others)

    def note(self, event_id: int, *sides: tuple[Role, Decimal]) -> None:
        """Note value lines; those of nothing are left out."""
        self.lines += [Line(event_id, role, amount) for role, amount in sides if amount]

    def note_pieces(self, event_id: int, stock: Decimal, quantity: Decimal) -> None:
        """Note pieces that came or went, even if they are worth nothing."""
        self.quantity += quantity
        self.value += stock
        self.lines.append(Line(event_id, "stock", stock, quantity))

    def take_notes(self) -> tuple[list[Line], list[Use]]:
        """What was noted since the last time."""
        noted = self.lines, self.uses
        self.lines, self.uses = [], []
        return noted


def sums_by_role(lines: Iterable[Line]) -> dict[tuple[int | None, Role], Decimal]:
    """What each happening did to each role."""
    sums: dict[tuple[int | None, Role], Decimal] = {}
    for line in lines:
        key = (line.event_id, line.role)
        sums[key] = sums.get(key, ZERO) + line.amount
    return sums
