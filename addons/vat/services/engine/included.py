"""Taking taxes out of prices that contain them.

    price = net * (1 + f1 + … + fn)      with one factor for each tax, see `factors`

The net amount is rounded, the tax is the rest: so net and tax give the price back to the cent,
which rounding both by themselves would not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from addons.vat.services.engine.rounding import (
    EXACT,
    product,
    quotient,
    share,
    to_digits,
    total,
)
from addons.vat.services.engine.values import BESIDE, UNTAXED, TaxRule

_ONE = Decimal(1)
_PERCENT = Decimal("0.01")


def factors(rules: Sequence[TaxRule]) -> dict[str, Decimal]:
    """What each tax of a line is of its net amount: the rate, for a compound one times one plus
    the factors of those before it. Kinds that add nothing to the price have the factor zero."""
    known: dict[str, Decimal] = {}
    for rule in sorted(rules, key=lambda one: one.order):
        if rule.kind in UNTAXED or rule.kind in BESIDE:
            known[rule.code] = Decimal(0)
            continue
        base = EXACT.add(_ONE, total(list(known.values()))) if rule.compound else _ONE
        known[rule.code] = product(rule.rate, _PERCENT, base)
    return known


def taken_out(
    prices: Sequence[Decimal],
    rules: tuple[TaxRule, ...],
    digits: int,
    keys: Sequence[tuple[Decimal | str, ...]],
) -> tuple[list[Decimal], list[dict[str, Decimal]]]:
    """The net amounts and the included taxes of lines that all have the same taxes.

    Rounded together: the sum of the prices first, then net and taxes of that sum, which are then
    shared out over the lines. Lines that are rounded by themselves are given one at a time.
    """
    known = factors(rules)
    # The one with the largest factor comes last and takes what rounding leaves.
    included = sorted(
        (rule.code for rule in rules if rule.included), key=lambda code: (known[code], code)
    )
    divisor = EXACT.add(_ONE, total([known[code] for code in included]))
    exact_sum = total(prices)
    gross = to_digits(exact_sum, digits)
    net = to_digits(quotient(gross, divisor), digits)
    sums = _sums(gross, net, included, known, divisor, digits)
    gross_parts = share(gross, prices, digits, keys)
    exact_nets = [quotient(price, divisor) for price in prices]
    net_parts = share(net, exact_nets, digits, keys)
    taxes: list[dict[str, Decimal]] = [{} for _ in prices]
    rest = [g - n for g, n in zip(gross_parts, net_parts, strict=True)]
    for code in included[:-1]:
        exact = [product(value, known[code]) for value in exact_nets]
        for at, amount in enumerate(share(sums[code], exact, digits, keys)):
            taxes[at][code] = amount
            rest[at] -= amount
    for at, amount in enumerate(rest):
        taxes[at][included[-1]] = amount
    return net_parts, taxes


def _sums(
    gross: Decimal,
    net: Decimal,
    included: Sequence[str],
    known: Mapping[str, Decimal],
    divisor: Decimal,
    digits: int,
) -> dict[str, Decimal]:
    exact = [quotient(product(gross, known[code]), divisor) for code in included]
    parts = share(gross - net, exact, digits, list(included))
    return dict(zip(included, parts, strict=True))
