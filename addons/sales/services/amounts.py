"""Amounts and quantities: rounding, and parts that sum to the whole to the last digit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from core.api import InvalidInput, currency_digits, phrase

ZERO: Final = Decimal(0)
HUNDRED: Final = Decimal(100)
EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)
QUANTITY_STEP: Final = Decimal("0.000001")
"""The smallest part of a unit that a document names."""
MOST_QUANTITY: Final = Decimal("1e12")
MOST_PRICE: Final = Decimal("1e15")


def step_of(currency: str) -> Decimal:
    """The smallest amount of a currency: 0.01 of most, 0.001 of the Kuwaiti dinar."""
    return Decimal(1).scaleb(-currency_digits(currency))


def to_step(amount: Decimal, step: Decimal) -> Decimal:
    """An amount rounded half-up to a multiple of the step."""
    return EXACT.multiply(
        EXACT.divide(amount, step).to_integral_value(ROUND_HALF_UP), step
    ).quantize(step, context=EXACT)


def quantity_in(stock_quantity: Decimal, factor: Decimal) -> Decimal:
    """A quantity in stock units as one of a line's unit."""
    if factor == 1:
        return stock_quantity
    return EXACT.divide(stock_quantity, factor).quantize(QUANTITY_STEP, context=EXACT)


def stock_of(quantity: Decimal, factor: Decimal, digits: int, field: str = "quantity") -> Decimal:
    """A quantity of a line's unit in stock units of so many digits: twelve times a twelfth of a
    dozen, as it is typed, are twelve pieces. Raises InvalidInput, naming the field, where something
    counted in whole numbers would have to be a fraction."""
    exact = EXACT.multiply(quantity, factor)
    found = exact.quantize(Decimal(1).scaleb(-digits), context=EXACT)
    if abs(EXACT.subtract(found, exact)) > EXACT.multiply(max(factor, Decimal(1)), QUANTITY_STEP):
        raise InvalidInput.of(
            field,
            phrase("{quantity} cannot be divided so finely.", quantity=f"{quantity.normalize():f}"),
            fix=phrase("Give a quantity in whole units, or choose another unit."),
        )
    return found


def part_of(
    whole: Decimal, size: Decimal, before: Decimal, part: Decimal, step: Decimal
) -> Decimal:
    """What falls to `part` of a `size`, after `before` of it had its share of the whole.

    Shares taken one after the other sum to the whole exactly, in however many parts.

    >>> [part_of(Decimal(100), Decimal(3), Decimal(n), Decimal(1), Decimal("0.01"))
    ...  for n in range(3)]
    [Decimal('33.33'), Decimal('33.34'), Decimal('33.33')]
    """
    if not size:
        return ZERO

    def until(reached: Decimal) -> Decimal:
        if reached >= size:
            return whole
        return to_step(EXACT.divide(EXACT.multiply(whole, reached), size), step)

    return EXACT.subtract(until(before + part), until(before))


def split(whole: Decimal, weights: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    """The whole in parts in proportion to the weights, which sum to it exactly."""
    size = sum(weights, ZERO)
    parts, before = [], ZERO
    for weight in weights:
        parts.append(part_of(whole, size, before, weight, step))
        before += weight
    return parts


def require_quantity(quantity: Decimal, field: str) -> None:
    """Raise InvalidInput, naming the field, for a quantity that nobody can sell."""
    if not quantity.is_finite() or quantity >= MOST_QUANTITY:
        raise InvalidInput.of(field, phrase("This quantity is larger than any that can be kept."))
    if quantity < 0:
        raise InvalidInput.of(
            field,
            phrase("A quantity cannot be less than nothing."),
            fix=phrase("To take goods back, write a return."),
        )
    if quantity != quantity.quantize(QUANTITY_STEP, context=EXACT):
        raise InvalidInput.of(
            field, phrase("A quantity has at the most six digits after the point.")
        )


def require_price(price: Decimal, field: str) -> None:
    """Raise InvalidInput, naming the field, for a price below nothing or beyond all measure."""
    if not price.is_finite() or price < 0 or price >= MOST_PRICE:
        raise InvalidInput.of(field, phrase("This is no price that can be asked."))


def require_percent(percent: Decimal, field: str) -> None:
    """Raise InvalidInput, naming the field, for a percentage beyond 0 to 100."""
    if not percent.is_finite() or not 0 <= percent <= HUNDRED:
        raise InvalidInput.of(field, phrase("A percentage lies between 0 and 100."))
