"""Rounding and sharing out that depend neither on the order of the lines nor on the sign.

A share that went to "the first line" would move a cent to another tax when lines change places, and
a return would not be the exact negative of its sale. So ties go by what a line is, not where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

EXACT = Context(prec=120)
"""Products of money, quantities and rates are exact in it. A quotient that does not end within so
many digits does not end at all, and then it is no half of a cent that rounding could mistake."""


def product(*factors: Decimal) -> Decimal:
    """The factors multiplied, with all digits."""
    result = Decimal(1)
    for factor in factors:
        result = EXACT.multiply(result, factor)
    return result


def total(values: Sequence[Decimal]) -> Decimal:
    """The sum, with all digits."""
    with localcontext(EXACT):
        return sum(values, Decimal(0))


def quotient(value: Decimal, divisor: Decimal) -> Decimal:
    """The value divided, to more digits than any money has."""
    return EXACT.divide(value, divisor)


def to_digits(value: Decimal, digits: int) -> Decimal:
    """The value with so many decimals, halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, context=EXACT)


def share(
    whole: Decimal, exact: Sequence[Decimal], digits: int, keys: Sequence[Any]
) -> list[Decimal]:
    """Rounded parts that sum to `whole`, each as near to its exact value as that allows.

    `exact` sums to the whole, give or take what rounding the whole took. Every part is rounded by
    itself; what is then missing goes, a unit each, to the parts that rounding moved furthest the
    other way, and among equals in the order of `keys`.
    """
    if len(exact) == 1:
        return [whole]
    parts = [to_digits(value, digits) for value in exact]
    unit = Decimal(1).scaleb(-digits)
    missing = int(EXACT.divide(EXACT.subtract(whole, total(parts)), unit))
    if not missing or not parts:
        return parts
    step = 1 if missing > 0 else -1
    left = [
        EXACT.multiply(EXACT.subtract(e, p), Decimal(step))
        for e, p in zip(exact, parts, strict=True)
    ]
    order = sorted(range(len(parts)), key=lambda at: (-left[at], keys[at]))
    for round_number in range(abs(missing)):
        at = order[round_number % len(order)]
        parts[at] += unit * step
    return parts
