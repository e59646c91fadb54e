"""Commission by tiers: values in, values out.

What a sale earns is what all sales so far earn less what those before it earned. So the parts sum
to the commission on the whole to the last digit, and a credit within the period takes back exactly
what the period has too much.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from addons.sales.services.amounts import EXACT, HUNDRED, ZERO, to_step


@dataclass(frozen=True, slots=True)
class Tier:
    """A percentage for what lies above an amount."""

    above: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Scale:
    """Tiers, the lowest first. By "step" each percentage is for its part; by "whole" the highest
    one that was reached is for everything. What lies below the lowest tier earns nothing."""

    tiers: tuple[Tier, ...]
    way: Literal["step", "whole"] = "step"

    def exact(self, amount: Decimal) -> Decimal:
        """The commission on an amount, not rounded. Less than nothing is taken at the percentage
        of the lowest tier, if that begins at nothing."""
        if amount <= 0:
            lowest = next((tier for tier in self.tiers if tier.above == 0), None)
            return _percent(amount, lowest.percent) if lowest is not None else ZERO
        if self.way == "whole":
            reached = [tier for tier in self.tiers if _reaches(amount, tier)]
            return _percent(amount, reached[-1].percent) if reached else ZERO
        return sum((_percent(part, percent) for part, percent in self.parts(amount)), ZERO)

    def parts(self, amount: Decimal) -> list[tuple[Decimal, Decimal]]:
        """The parts of a positive amount, each with its percentage, by "step"."""
        found = []
        for place, tier in enumerate(self.tiers):
            above = self.tiers[place + 1].above if place + 1 < len(self.tiers) else amount
            part = min(amount, above) - tier.above
            if part > 0:
                found.append((part, tier.percent))
        return found


@dataclass(frozen=True, slots=True)
class Earned:
    """What one of several sales earns, and how that was worked out."""

    amount: Decimal
    explained: str


def earn(scale: Scale, sales: Iterable[Decimal], step: Decimal) -> list[Earned]:
    """What each of these sales of one period earns, in their order."""
    reached, found = ZERO, []
    for sale in sales:
        before, reached = reached, reached + sale
        amount = to_step(scale.exact(reached), step) - to_step(scale.exact(before), step)
        found.append(Earned(amount, _explained(scale, before, reached, step)))
    return found


def share_out(amount: Decimal, percents: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    """A commission in the parts of its earners, which sum to their percentage of it."""
    parts, reached = [], ZERO
    for percent in percents:
        before, reached = reached, reached + percent
        parts.append(
            to_step(_percent(amount, reached), step) - to_step(_percent(amount, before), step)
        )
    return parts


def _explained(scale: Scale, before: Decimal, reached: Decimal, step: Decimal) -> str:
    """A formula: each part times its percentage."""

    def formula(amount: Decimal, percent: Decimal) -> str:
        return f"{to_step(amount, step):,f} × {percent.normalize():f} %"

    if scale.way == "whole":
        now, earlier = _whole(scale, reached), _whole(scale, before)
        if now == earlier:
            return formula(reached - before, now)
        return f"{formula(reached, now)} − {formula(before, earlier)}"
    low, high = min(before, reached), max(before, reached)
    pieces = _pieces(scale, low, high)
    sign = 1 if reached >= before else -1
    return " + ".join(formula(sign * part, percent) for part, percent in pieces)


def _pieces(scale: Scale, low: Decimal, high: Decimal) -> list[tuple[Decimal, Decimal]]:
    """What lies between two amounts, cut where another percentage begins."""
    cuts = [tier.above for tier in scale.tiers if low < tier.above < high]
    found, start = [], low
    for cut in [*cuts, high]:
        if cut > start or low == high:
            found.append((cut - start, _at(scale, start)))
        start = cut
    return found


def _at(scale: Scale, amount: Decimal) -> Decimal:
    """The percentage of what comes after an amount, by "step"."""
    reached = [tier.percent for tier in scale.tiers if tier.above <= max(amount, ZERO)]
    return reached[-1] if reached else ZERO


def _whole(scale: Scale, amount: Decimal) -> Decimal:
    reached = [tier.percent for tier in scale.tiers if _reaches(max(amount, ZERO), tier)]
    return reached[-1] if reached else ZERO


def _reaches(amount: Decimal, tier: Tier) -> bool:
    return amount >= tier.above


def _percent(amount: Decimal, percent: Decimal) -> Decimal:
    return EXACT.divide(EXACT.multiply(amount, percent), HUNDRED)
