"""What each kind of promotion takes off lines: plain arithmetic over what is left of them.

Of units that get cheaper the cheapest come first, as the trade has it for the second or third
piece; of a bundle at a price the dearest that fit, which is best for the customer. Where prices are
the same, the lines' own order decides, and not that in which they were typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from addons.sales.services.amounts import EXACT, HUNDRED, ZERO, to_step
from addons.sales.services.promotions.conditions import counted, given, matches
from addons.sales.services.promotions.rules import (
    BasketLine,
    Judgement,
    Kind,
    Offer,
    Rule,
    Target,
    Tier,
)
from addons.sales.services.promotions.sharing import Work, bounded, down_to_step

Effect = Callable[[Rule, Work, Sequence[BasketLine]], Judgement]


def apply(rule: Rule, work: Work, lines: Sequence[BasketLine]) -> Judgement:
    """Take what a promotion gives on these lines, and say what became of it."""
    return _EFFECTS[rule.kind](rule, work, lines)


def _percent(rule: Rule, work: Work, lines: Sequence[BasketLine]) -> Judgement:
    tier, short = _reached(rule, lines)
    if tier is None:
        return short
    cheaper = given(rule, lines)
    whole = work.sum_left(cheaper)
    wanted = EXACT.divide(EXACT.multiply(whole, tier.percent), HUNDRED)
    total = bounded(rule, wanted, whole, work.step)
    return _gave(rule, work.share(rule, total, {one.key: work.left[one.key] for one in cheaper}))


def _amount(rule: Rule, work: Work, lines: Sequence[BasketLine]) -> Judgement:
    tier, short = _reached(rule, lines)
    if tier is None:
        return short
    cheaper = given(rule, lines)
    wanted = EXACT.multiply(tier.amount, _times(rule, tier, lines))
    total = bounded(rule, wanted, work.sum_left(cheaper), work.step)
    return _gave(rule, work.share(rule, total, {one.key: work.left[one.key] for one in cheaper}))


def _buy_get(rule: Rule, work: Work, lines: Sequence[BasketLine]) -> Judgement:
    """The highest tier of which a whole set is there; with fewer pieces a lower one may hold."""
    bought, cheaper = counted(rule, lines), given(rule, lines)
    reached, short = _all_reached(rule, lines)
    both = {one.key for one in bought} & {one.key for one in cheaper}
    union = _quantity(bought) + _quantity([one for one in cheaper if one.key not in both])
    for tier in reversed(reached):
        needs = tier.min_quantity + tier.get_quantity
        sets = min(
            _whole(_quantity(bought), tier.min_quantity),
            _whole(_quantity(cheaper), tier.get_quantity),
            _whole(union, needs),
        )
        sets = sets if rule.max_times is None else min(sets, Decimal(rule.max_times))
        if sets:
            wanted = EXACT.multiply(sets, tier.get_quantity)
            spare = _quantity(bought) - EXACT.multiply(sets, tier.min_quantity)
            units = _cheapest(work, cheaper, both, wanted, spare)
            return _gave(rule, _cheapen(rule, work, units, tier.percent))
        short = Judgement(rule.id, rule.name, "threshold", ZERO, union, needs, "quantity")
    return short


def _cheapest(
    work: Work, lines: Sequence[BasketLine], both: Set[str], wanted: Decimal, spare: Decimal
) -> dict[str, Decimal]:
    """The cheapest units of these lines; of those that are bought too, what can be spared."""
    units: dict[str, Decimal] = {}
    for line in sorted(lines, key=work.unit_left):
        most = min(line.quantity, spare) if line.key in both else line.quantity
        part = min(most, wanted)
        if part <= 0:
            continue
        units[line.key] = part
        wanted -= part
        spare -= part if line.key in both else ZERO
    return units


def _cheapen(rule: Rule, work: Work, units: Mapping[str, Decimal], percent: Decimal) -> Decimal:
    """Take a percentage off so many units of each line."""
    most = None if rule.max_discount is None else down_to_step(rule.max_discount, work.step)
    taken = ZERO
    for line in work.lines:
        if line.key not in units:
            continue
        share = EXACT.divide(EXACT.multiply(percent, units[line.key]), line.quantity)
        exact = EXACT.divide(EXACT.multiply(work.left[line.key], share), HUNDRED)
        part = to_step(exact, work.step)
        part = part if most is None else min(part, most - taken)
        taken += work.take(rule, line, part, units[line.key])
    return taken


def _bundle(rule: Rule, work: Work, lines: Sequence[BasketLine]) -> Judgement:
    items = [target for target in rule.targets if target.use == "counts"]
    eligible = counted(rule, lines)
    fitting = [[one for one in eligible if matches(item, one)] for item in items]
    bounds = [
        _whole(_quantity(found), item.quantity) for item, found in zip(items, fitting, strict=True)
    ]
    most = min(bounds, default=ZERO)
    most = most if rule.max_times is None else min(most, Decimal(rule.max_times))
    sets, units = _most_sets(work, items, fitting, most)
    if not sets:
        has, needs = _quantity(eligible), sum((item.quantity for item in items), ZERO)
        return Judgement(rule.id, rule.name, "threshold", ZERO, has, needs, "quantity")
    worth = {
        one.key: EXACT.multiply(work.unit_left(one), units[one.key])
        for one in work.lines
        if one.key in units
    }
    whole = sum(worth.values(), ZERO)
    price = EXACT.multiply(rule.tiers[0].amount, sets)
    total = bounded(rule, EXACT.subtract(whole, price), whole, work.step)
    return _gave(rule, work.share(rule, total, worth, units))


def _most_sets(
    work: Work, items: Sequence[Target], fitting: Sequence[Sequence[BasketLine]], most: Decimal
) -> tuple[Decimal, dict[str, Decimal]]:
    """The most sets of a bundle that the lines hold, and the units of each that go into them."""
    low, high = 0, int(most)
    best: dict[str, Decimal] = {}
    while low < high:
        middle = (low + high + 1) // 2
        units = _fill(work, items, fitting, Decimal(middle))
        if units is None:
            high = middle - 1
        else:
            low, best = middle, units
    return Decimal(low), best


def _fill(
    work: Work, items: Sequence[Target], fitting: Sequence[Sequence[BasketLine]], sets: Decimal
) -> dict[str, Decimal] | None:
    """The units that so many sets take, the dearest first; what fits fewest lines chooses first.
    None where there are too few."""
    units: dict[str, Decimal] = {}
    order = sorted(range(len(items)), key=lambda place: (_quantity(fitting[place]), place))
    for place in order:
        wanted = EXACT.multiply(items[place].quantity, sets)
        dearest = sorted(fitting[place], key=lambda one: -work.unit_left(one))
        for line in dearest:
            part = min(line.quantity - units.get(line.key, ZERO), wanted)
            if part > 0:
                units[line.key] = units.get(line.key, ZERO) + part
                wanted -= part
        if wanted > 0:
            return None
    return units


def _gift(rule: Rule, work: Work, lines: Sequence[BasketLine]) -> Judgement:
    tier, short = _reached(rule, lines)
    if tier is None or tier.product_id is None:
        return short
    wanted = EXACT.multiply(tier.get_quantity, _times(rule, tier, lines))
    units: dict[str, Decimal] = {}
    for line in lines:
        if line.product_id == tier.product_id and wanted > 0 and line.quantity > 0:
            units[line.key] = min(line.quantity, wanted)
            wanted -= units[line.key]
    taken = _cheapen(rule, work, units, HUNDRED)
    if wanted > 0:
        work.offers.append(Offer(rule.id, tier.product_id, wanted))
    if not taken and wanted > 0:
        return Judgement(rule.id, rule.name, "offered")
    return _gave(rule, taken)


_EFFECTS: Final[Mapping[Kind, Effect]] = {
    "percent": _percent,
    "amount": _amount,
    "buy_get": _buy_get,
    "bundle": _bundle,
    "gift": _gift,
}


def _reached(rule: Rule, lines: Sequence[BasketLine]) -> tuple[Tier | None, Judgement]:
    """The highest tier whose thresholds the counted lines reach; without one, what is missing for
    the lowest."""
    reached, short = _all_reached(rule, lines)
    return (reached[-1] if reached else None), short


def _all_reached(rule: Rule, lines: Sequence[BasketLine]) -> tuple[list[Tier], Judgement]:
    """The tiers whose thresholds are reached, the highest last, and what is missing otherwise."""
    bought = counted(rule, lines)
    quantity, amount = _quantity(bought), sum((line.amount for line in bought), ZERO)
    tiers = sorted(rule.tiers, key=lambda tier: (tier.min_amount, tier.min_quantity))
    reached = [
        tier for tier in tiers if quantity >= tier.min_quantity and amount >= tier.min_amount
    ]
    if reached:
        return reached, Judgement(rule.id, rule.name, "no_benefit")
    first = tiers[0] if tiers else Tier()
    if quantity < first.min_quantity:
        has, needs, measure = quantity, first.min_quantity, "quantity"
    else:
        has, needs, measure = amount, first.min_amount, "amount"
    return [], Judgement(rule.id, rule.name, "threshold", ZERO, has, needs, measure)


def _times(rule: Rule, tier: Tier, lines: Sequence[BasketLine]) -> Decimal:
    """How often the thresholds of a tier are reached."""
    if not rule.repeats:
        return Decimal(1)
    bought = counted(rule, lines)
    often = [
        _whole(there, threshold)
        for there, threshold in (
            (_quantity(bought), tier.min_quantity),
            (sum((line.amount for line in bought), ZERO), tier.min_amount),
        )
        if threshold
    ]
    found = min(often, default=Decimal(1))
    return found if rule.max_times is None else min(found, Decimal(rule.max_times))


def _gave(rule: Rule, taken: Decimal) -> Judgement:
    return Judgement(rule.id, rule.name, "applied" if taken else "no_benefit", taken)


def _quantity(lines: Sequence[BasketLine]) -> Decimal:
    return sum((line.quantity for line in lines), ZERO)


def _whole(there: Decimal, size: Decimal) -> Decimal:
    """How many times a size goes into what is there."""
    return EXACT.divide(there, size).to_integral_value(ROUND_FLOOR) if size > 0 else ZERO
