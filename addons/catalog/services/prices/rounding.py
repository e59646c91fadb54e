"""Prices that end as a company wants them to: in .95, in whole tens, in digits of the currency."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Final, Literal

from core.api import currency_digits

Rounding = Literal["nearest", "up", "down"]
EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)
"""For sums, products and quotients of prices: nothing that is ever shown is lost."""
_MODES: Final = {"nearest": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR}


def rounded_to(price: Decimal, step: Decimal, ending: Decimal, rounding: Rounding) -> Decimal:
    """The price of the form `n * step + ending` that is next to this one; of two as near, the
    higher. It is never below zero.

    >>> rounded_to(Decimal("12.40"), Decimal(1), Decimal("0.95"), "nearest")
    Decimal('11.95')
    """
    with localcontext(EXACT):
        offset = ending % step
        steps = ((price - offset) / step).quantize(Decimal(1), rounding=_MODES[rounding])
        found = steps * step + offset
        return found if found >= 0 else found + step


def to_digits(price: Decimal, digits: int) -> Decimal:
    """The price with so many decimals, rounded half-up."""
    return price.quantize(Decimal(1).scaleb(-digits), context=EXACT)


def price_digits(list_digits: int | None, currency: str) -> int:
    """How many decimals the prices of a list have: its own, or those of its currency."""
    return currency_digits(currency) if list_digits is None else list_digits
