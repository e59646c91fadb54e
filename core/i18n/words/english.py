"""Amounts in English words, by thousands and millions or by lakhs and crores."""

from __future__ import annotations

from typing import Final

from babel.numbers import get_currency_name

from core.i18n.words.currencies import ENGLISH

_SMALL: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = [
    ".",
    ".",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
]
_BY_THOUSAND: Final = (
    (10**12, "trillion"),
    (10**9, "billion"),
    (10**6, "million"),
    (1000, "thousand"),
)
_BY_LAKH: Final = ((10**7, "crore"), (10**5, "lakh"), (1000, "thousand"))


def write(
    whole: int, part: int, currency: str, digits: int, is_negative: bool, *, by_lakh: bool = False
) -> str:
    """The amount of `whole` units and `part` of their smallest parts, `digits` behind the point."""
    named = ENGLISH.get(currency)
    if named is None:
        unit = get_currency_name(currency, count=whole, locale="en")
        ending = f" and {part:0{digits}}/{10**digits}" if part else ""
        text = f"{number(whole, by_lakh=by_lakh)} {unit}{ending}"
    else:
        one, several, small, smalls = named
        units = f"{number(whole, by_lakh=by_lakh)} {one if whole == 1 else several}"
        parts = f"{number(part)} {small if part == 1 else smalls}"
        text = parts if part and not whole else f"{units} and {parts}" if part else units
    text = f"minus {text}" if is_negative else text
    return f"{text[0].upper()}{text[1:]} only"


def number(value: int, *, by_lakh: bool = False) -> str:
    """A whole number, not negative.

    >>> number(1_250_040, by_lakh=True)
    'twelve lakh fifty thousand forty'
    """
    if value < 1000:
        return _below_thousand(value)
    for size, name in _BY_LAKH if by_lakh else _BY_THOUSAND:
        count, rest = divmod(value, size)
        if count:
            text = f"{number(count, by_lakh=by_lakh)} {name}"
            return f"{text} {number(rest, by_lakh=by_lakh)}" if rest else text
    raise ValueError(f"{value} is no whole number from zero on")


def _below_thousand(value: int) -> str:
    hundreds, rest = divmod(value, 100)
    if hundreds:
        text = f"{_SMALL[hundreds]} hundred"
        return f"{text} {_below_thousand(rest)}" if rest else text
    if rest < 20:
        return _SMALL[rest]
    tens, ones = divmod(rest, 10)
    return f"{_TENS[tens]}-{_SMALL[ones]}" if ones else _TENS[tens]
