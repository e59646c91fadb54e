"""Rounding money to its currency's digits, and splitting it into parts that sum to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from core.api import currency_digits

_ANY_LENGTH = Context(prec=200)


def round_money(amount: Decimal, currency: str) -> Decimal:
    """The amount with the currency's digits (ISO 4217, from CLDR), halves away from zero."""
    return amount.quantize(smallest_unit(currency), ROUND_HALF_UP, context=_ANY_LENGTH)


def smallest_unit(currency: str) -> Decimal:
    """The smallest amount of the currency: 0.01 of SAR, 0.001 of KWD, 1 of JPY."""
    return Decimal(1).scaleb(-currency_digits(currency))


def split(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """The amount in parts by weight, each in whole units of the currency, together exactly it.

    What rounding leaves over goes, a unit each, to the parts that rounding down took most from,
    the first among equals. Digits of the amount below the unit stay with the first part. Raises
    ValueError for weights that are negative or sum to nothing.
    """
    total = sum(weights, Decimal(0))
    if not weights or total <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative, and sum to more than zero")
    unit = smallest_unit(currency)
    whole = round_money(amount, currency)
    units = _ANY_LENGTH.divide(abs(whole), unit)
    exact = [_ANY_LENGTH.divide(_ANY_LENGTH.multiply(units, w), total) for w in weights]
    floors = [part.to_integral_value(ROUND_FLOOR) for part in exact]
    left = int(units - sum(floors, Decimal(0)))
    by_loss = sorted(range(len(weights)), key=lambda at: (floors[at] - exact[at], at))
    for at in by_loss[:left]:
        floors[at] += 1
    parts = [(count * unit).copy_sign(whole) for count in floors]
    parts[0] += amount - whole
    return parts
