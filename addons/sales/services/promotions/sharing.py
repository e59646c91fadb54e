"""What is left of each line while promotions take from it, and how a discount is shared out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal

from addons.sales.services.amounts import EXACT, ZERO, split, to_step
from addons.sales.services.promotions.rules import BasketLine, Grant, Offer, Rule


@dataclass(slots=True)
class Work:
    """The basket while it is decided about. Lines stand in an order of their own, by what they say,
    so that it does not matter in which they were typed."""

    lines: list[BasketLine]
    step: Decimal
    left: dict[str, Decimal]
    grants: list[Grant] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)

    @classmethod
    def of(cls, lines: Sequence[BasketLine], step: Decimal) -> Work:
        """A basket of which nothing was taken yet."""
        ordered = sorted(lines, key=_place)
        return cls(ordered, step, {line.key: max(line.amount, ZERO) for line in ordered})

    def unit_left(self, line: BasketLine) -> Decimal:
        """What is left of one unit of a line."""
        return EXACT.divide(self.left[line.key], line.quantity) if line.quantity else ZERO

    def sum_left(self, lines: Sequence[BasketLine]) -> Decimal:
        """What is left of these lines."""
        return sum((self.left[line.key] for line in lines), ZERO)

    def take(self, rule: Rule, line: BasketLine, amount: Decimal, units: Decimal) -> Decimal:
        """Take an amount off a line, at the most what is left of it. What would remain below the
        smallest coin goes too: a line that is free costs nothing."""
        left = self.left[line.key]
        taken = min(amount, left)
        if taken <= 0:
            return ZERO
        if left - taken < self.step:
            taken = left
        self.left[line.key] = left - taken
        self.grants.append(Grant(rule.id, line.key, taken, units))
        return taken

    def share(
        self,
        rule: Rule,
        total: Decimal,
        weights: Mapping[str, Decimal],
        units: Mapping[str, Decimal] | None = None,
    ) -> Decimal:
        """Take a total off lines in proportion to the weights; the parts sum to it."""
        lines = [line for line in self.lines if weights.get(line.key)]
        parts = split(total, [weights[line.key] for line in lines], self.step)
        taken = ZERO
        for line, part in zip(lines, parts, strict=True):
            quantity = line.quantity if units is None else units[line.key]
            taken += self.take(rule, line, part, quantity)
        return taken


def bounded(rule: Rule, total: Decimal, most: Decimal, step: Decimal) -> Decimal:
    """A discount rounded to the currency, within what there is and what the promotion allows."""
    rounded = min(to_step(total, step), down_to_step(most, step))
    if rule.max_discount is not None:
        rounded = min(rounded, down_to_step(rule.max_discount, step))
    return max(rounded, ZERO)


def down_to_step(amount: Decimal, step: Decimal) -> Decimal:
    """An amount without what is smaller than the smallest coin."""
    steps = EXACT.divide(amount, step).to_integral_value(ROUND_FLOOR)
    return EXACT.multiply(steps, step)


def _place(line: BasketLine) -> tuple[int, Decimal, Decimal, str, bool, str]:
    return (
        line.product_id or 0,
        line.amount,
        line.quantity,
        line.price_list,
        line.discounted,
        line.key,
    )
