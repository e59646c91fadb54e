"""Numbers as they are written in a document. Every sum is taken of what was written, never of
longer figures behind it: the authority adds up the text (EN 16931, BR-CO-10 to BR-CO-17)."""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Final

EXACT: Final = Context(prec=100)
ZERO: Final = Decimal("0.00")

_CENT: Final = Decimal("0.01")
_MILL: Final = Decimal("0.001")
_QUANTITY: Final = Decimal("0.000001")
_PRICE: Final = Decimal("0.0000000001")
_RATE_PLACES: Final = 14


def money(value: Decimal) -> Decimal:
    """An amount with two decimals (BR-DEC-*), halves up as XPath's round() has them."""
    return value.quantize(_CENT, ROUND_HALF_UP, context=EXACT)


def quantity(value: Decimal) -> Decimal:
    """A quantity with at most six decimals."""
    return value.quantize(_QUANTITY, ROUND_HALF_UP, context=EXACT)


def price(value: Decimal) -> Decimal:
    """A price of one unit with at most ten decimals: enough that price times quantity meets an
    amount that was booked with VAT included."""
    return value.quantize(_PRICE, ROUND_HALF_UP, context=EXACT)


def percentage(amount: Decimal, rate: Decimal) -> Decimal:
    """So many percent of an amount, in money."""
    return money(EXACT.divide(EXACT.multiply(amount, rate), Decimal(100)))


def to_the_mill(value: Decimal) -> Decimal:
    """The value cut off after three decimals, as BR-KSA-EN16931-11 has it before it rounds."""
    return value.quantize(_MILL, ROUND_FLOOR, context=EXACT)


def written(value: Decimal, least: int = 2) -> str:
    """A number without exponent and needless zeros, with `least` decimals or more. Nothing bears no
    sign, though Decimal knows one."""
    whole, _, decimals = format(value or abs(value), "f").partition(".")
    kept = decimals.rstrip("0").ljust(least, "0")
    return f"{whole}.{kept}" if kept else whole


def written_rate(value: Decimal) -> str:
    """A rate of exchange within the fourteen characters that BR-KSA-90 leaves it."""
    whole = len(str(int(value)))
    places = max(_RATE_PLACES - whole - 1, 0)
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, context=EXACT)
    return written(rounded, 0)
