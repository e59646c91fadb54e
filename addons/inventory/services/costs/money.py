"""Rounding values to the digits of the company's currency, and sharing them out exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from core.api import currency_digits

ZERO: Final = Decimal(0)
_WIDE: Final = Context(prec=100, rounding=ROUND_HALF_UP)


def smallest_unit(currency: str) -> Decimal:
    """The smallest amount of a currency (ISO 4217, from CLDR): 0.01 of SAR, 0.001 of KWD."""
    return Decimal(1).scaleb(-currency_digits(currency))


def rounded(amount: Decimal, unit: Decimal) -> Decimal:
    """The amount in whole units, halves away from zero."""
    return amount.quantize(unit, ROUND_HALF_UP, context=_WIDE)


def priced(quantity: Decimal, price: Decimal, unit: Decimal) -> Decimal:
    """What a quantity costs at a price, in whole units."""
    return rounded(_WIDE.multiply(quantity, price), unit)


def share(whole: Decimal, part: Decimal, of: Decimal, unit: Decimal) -> Decimal:
    """The part's share of a whole, in whole units; all of it where the part is all there is."""
    if part == of:
        return whole
    return rounded(_WIDE.divide(_WIDE.multiply(whole, part), of), unit)


def per_unit(value: Decimal, quantity: Decimal) -> Decimal:
    """What one piece is worth, as exactly as a price is written: ten digits after the point."""
    return _WIDE.divide(value, quantity).quantize(Decimal("1E-10"), context=_WIDE)


def split(whole: Decimal, weights: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """The whole in parts by weight, each in whole units, together exactly it. Raises ValueError
    for weights that are negative or sum to nothing."""
    left = sum(weights, ZERO)
    if left <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative, and sum to more than zero")
    parts = []
    for weight in weights:
        # Of what is left, so that the last part with a weight takes all that rounding left over.
        part = ZERO if weight == 0 else share(whole, weight, left, unit)
        parts.append(part)
        whole, left = whole - part, left - weight
    return parts


def plain(quantity: Decimal) -> str:
    """A quantity as people write it, without zeros at its end."""
    return f"{quantity.normalize():f}"
