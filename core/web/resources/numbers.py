"""Decimals between text and value, exact in both directions, in a culture's writing."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from core.i18n.formats import number
from core.web.resources.culture import Culture

MAX_INTEGER_DIGITS = 30
MAX_FRACTION_DIGITS = 20
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u2066\u2067\u2068\u2069"))
_KINDRED = (" \u00a0\u202f\u2009", "'\u2019")
"""Separators that look alike: whoever types one means the other."""
_AS_PYTHON = "en"
"""The language whose figures Python itself writes, several times as fast."""
_MINUS = "\u2212\u2010\u2011\u2013\ufe63\uff0d"


class NotANumber(ValueError):
    """The text is no number as this culture writes them."""


def show_decimal(value: Decimal, culture: Culture, least: int = 0) -> str:
    """All digits of the value, grouped, with at least `least` of them after the point."""
    digits = _digits(value, least)
    if culture.locale == _AS_PYTHON:
        return f"{value:,.{digits}f}"
    return number(culture.locale, value, digits)


def show_integer(value: int, culture: Culture) -> str:
    """A count or quantity, grouped."""
    return number(culture.locale, value)


def edit_decimal(value: Decimal, culture: Culture, least: int = 0) -> str:
    """The value as one types it: exact, without grouping."""
    return f"{value:.{_digits(value, least)}f}".replace(".", culture.decimal)


def read_decimal(text: str, culture: Culture) -> Decimal:
    """The number that was typed; grouping is optional, but never in the wrong place.

    Understands digits of every script, `(12.50)` for a negative amount, and Arabic separators.
    """
    plain = _normalize(text, culture)
    negative = plain.startswith("(") and plain.endswith(")")
    if negative:
        plain = plain[1:-1]
    match = _pattern(culture.group, culture.decimal).fullmatch(plain)
    if match is None or (negative and match["sign"]):
        raise NotANumber(text)
    whole = re.sub(r"\D", "", match["whole"] or "")
    fraction = match["fraction"] or match["bare"] or ""
    if len(whole.lstrip("0")) > MAX_INTEGER_DIGITS or len(fraction) > MAX_FRACTION_DIGITS:
        raise NotANumber(text)
    sign = "-" if negative or match["sign"] == "-" else ""
    return Decimal(f"{sign}{whole or '0'}.{fraction}" if fraction else f"{sign}{whole}")


def _digits(value: Decimal, least: int) -> int:
    exponent = value.as_tuple().exponent
    return max(least, -exponent if isinstance(exponent, int) else 0)


def _normalize(text: str, culture: Culture) -> str:
    letters = []
    for letter in text.translate(_MARKS).strip():
        if letter.isdecimal():
            letters.append(str(unicodedata.decimal(letter)))
        elif letter in _MINUS:
            letters.append("-")
        elif letter == "٫":
            letters.append(culture.decimal)
        elif letter == "٬" or any(letter in kin and culture.group in kin for kin in _KINDRED):
            letters.append(culture.group)
        else:
            letters.append(letter)
    return "".join(letters)


@lru_cache(maxsize=64)
def _pattern(group: str, decimal: str) -> re.Pattern[str]:
    g, d = re.escape(group), re.escape(decimal)
    return re.compile(
        rf"(?P<sign>[-+]?)(?:(?P<whole>\d{{1,3}}(?:{g}\d{{2,3}})*{g}\d{{3}}|\d+)"
        rf"(?:{d}(?P<fraction>\d*))?|{d}(?P<bare>\d+))",
        re.ASCII,
    )
