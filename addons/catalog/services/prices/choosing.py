"""Which rule of a list wins, and the price that it gives: plain arithmetic, no database.

Of the rules that a list has for a product those count that hold on the day, in the unit and from
the quantity. Of these wins, in this order: the one for the narrowest target (the product, its
template, its categories from the innermost out, its brand, everything); one for a while before one
for always; one for this unit before one for any; the one from the highest quantity. Two rules never
tie: the database refuses those that would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Final, Literal

from addons.catalog.services.prices.lists import ListFacts
from addons.catalog.services.prices.questions import ZERO
from addons.catalog.services.prices.rounding import (
    EXACT,
    Rounding,
    price_digits,
    rounded_to,
    to_digits,
)
from addons.catalog.services.prices.rules import Priced, Rule

Verdict = Literal["won", "period", "unit", "quantity", "beaten", "no cost", "no base", "parts"]
"""What became of a rule: it won, or it did not hold on the day, was for another unit or for more,
a narrower one came before it, what it starts from is not known, or its bundle's parts have it."""

_HUNDRED: Final = Decimal(100)
DEEPEST: Final = 20
"""Lists based on lists based on lists: further than this nobody follows."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a list: so many of a product on a day. `quantity` is in the unit asked for,
    of which one is `factor` stock units."""

    product: Priced
    day: date
    unit_id: int
    quantity: Decimal
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Figures:
    """What prices are worked out with besides rules: lists by their ids; what a stock unit costs,
    or None; an amount of one currency in another, or None where no rate is known; the company's
    currency, in which sale prices and costs are."""

    lists: Mapping[int, ListFacts]
    cost: Callable[[int], Decimal | None]
    convert: Callable[[Decimal, str, str], Decimal | None]
    company_currency: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule and what became of it."""

    rule: Rule
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Chosen:
    """The price of a list: per stock unit, or per the rule's unit if `per_rule_unit`; in the
    list's currency. `full` is the price before a plain percentage off."""

    rule: Rule
    price: Decimal
    full: Decimal
    per_rule_unit: bool


def price_in_list(
    wanted: Wanted, list_id: int, figures: Figures, depth: int = 0
) -> tuple[Chosen | None, tuple[Judged, ...]]:
    """The price that a list has, if it has one, and what became of each of its rules, the one that
    comes first in front. A rule that starts from something unknown lets the next one try."""
    rules = [rule for rule in wanted.product.rules if rule.list_id == list_id]
    chosen: Chosen | None = None
    verdicts: list[Judged] = []
    for rule in sorted(rules, key=lambda rule: _rank(rule, wanted.product.targets)):
        verdict = _misses(rule, wanted)
        if verdict is None and chosen is None:
            tried = _worked_out(rule, wanted, figures, depth)
            if isinstance(tried, Chosen):
                chosen, verdict = tried, "won"
            else:
                verdict = tried
        verdicts.append(Judged(rule, verdict or "beaten"))
    return chosen, tuple(verdicts)


def _rank(rule: Rule, targets: tuple[str, ...]) -> tuple[int, bool, bool, Decimal, int]:
    return (
        targets.index(rule.target),
        not rule.is_dated,
        rule.unit_id is None,
        -rule.min_quantity,
        rule.id,
    )


def _misses(rule: Rule, wanted: Wanted) -> Verdict | None:
    if not rule.holds_on(wanted.day):
        return "period"
    if rule.unit_id is not None and rule.unit_id != wanted.unit_id:
        return "unit"
    with localcontext(EXACT):
        counted = wanted.quantity * (wanted.factor if rule.unit_id is None else 1)
    return "quantity" if counted < rule.min_quantity else None


def _worked_out(rule: Rule, wanted: Wanted, figures: Figures, depth: int) -> Chosen | Verdict:
    own = figures.lists[rule.list_id]
    digits = price_digits(own.digits, own.currency)
    per_rule_unit = rule.unit_id is not None
    if rule.method == "fixed" and rule.amount is not None:
        return Chosen(rule, rule.amount, rule.amount, per_rule_unit)
    start = _start(rule, wanted, figures, depth)
    if start is None:
        if rule.method != "discount":
            return "no cost"
        return "parts" if wanted.product.of_parts else "no base"
    with localcontext(EXACT):
        start = start * wanted.factor if per_rule_unit else start
        price = max(_moved(rule, start) + rule.surcharge, ZERO)
    if rule.rounding_step is not None:
        rounding: Rounding = rule.rounding  # type: ignore[assignment]
        price = rounded_to(price, rule.rounding_step, rule.rounding_ending, rounding)
    is_plain = rule.method == "discount" and not rule.surcharge and rule.rounding_step is None
    full = to_digits(start, digits) if is_plain and rule.percent >= 0 else price
    return Chosen(rule, to_digits(price, digits), full, per_rule_unit)


def _moved(rule: Rule, start: Decimal) -> Decimal:
    """The start less or more the rule's percentage."""
    if rule.method == "discount":
        return start * (_HUNDRED - rule.percent) / _HUNDRED
    if rule.method == "markup":
        return start * (_HUNDRED + rule.percent) / _HUNDRED
    return start * _HUNDRED / (_HUNDRED - rule.percent)


def _start(rule: Rule, wanted: Wanted, figures: Figures, depth: int) -> Decimal | None:
    """What the rule starts from, per stock unit in the currency of its list."""
    target = figures.lists[rule.list_id].currency
    if rule.method in ("markup", "margin"):
        cost = figures.cost(wanted.product.id)
        return None if cost is None else figures.convert(cost, figures.company_currency, target)
    if rule.base_list_id is None:
        return _sale_price(wanted, figures, target)
    if depth >= DEEPEST or rule.base_list_id not in figures.lists:
        return None
    base, _ = price_in_list(wanted, rule.base_list_id, figures, depth + 1)
    source = figures.lists[rule.base_list_id].currency
    if base is None:
        return _sale_price(wanted, figures, target)
    return figures.convert(per_stock_unit(base, wanted), source, target)


def _sale_price(wanted: Wanted, figures: Figures, target: str) -> Decimal | None:
    """The product's sale price; none where it is that of its parts, which have rules themselves."""
    if wanted.product.of_parts:
        return None
    return figures.convert(wanted.product.sale_price, figures.company_currency, target)


def per_stock_unit(chosen: Chosen, wanted: Wanted) -> Decimal:
    """The chosen price of one stock unit."""
    with localcontext(EXACT):
        return chosen.price / wanted.factor if chosen.per_rule_unit else chosen.price
