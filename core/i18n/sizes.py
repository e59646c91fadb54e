"""Amounts of data in words: 1,340,000 is "1.3 MB", and «1.3 م.ب.» in Arabic."""

from __future__ import annotations

from typing import Final

from babel.units import format_unit

_UNITS: Final = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")


def size(locale: str, count: int) -> str:
    """So many bytes in the largest unit that leaves at least one, in powers of 1,000, with a
    digit after the point below ten."""
    amount, power = float(count), 0
    while amount >= 999.5 and power < len(_UNITS) - 1:
        amount, power = amount / 1000, power + 1
    digits = 1 if power and amount < 9.95 else 0
    return format_unit(
        round(amount, digits) if digits else round(amount),
        f"digital-{_UNITS[power]}",
        length="short" if power else "long",  # CLDR has no short plural of bytes
        locale=locale,
    )
