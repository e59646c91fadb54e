"""Numbers, money, dates and times as a language writes them.

A list shows hundreds of figures, so nothing here parses a pattern twice: separators are
looked up once per language, and dates, which repeat, are remembered.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import (
    get_currency_precision,
    get_decimal_symbol,
    get_group_symbol,
    get_minus_sign_symbol,
)

from core.i18n.locales import DEFAULT_LOCALE
from core.i18n.written import HIJRI, hijri_day

_ANY_LENGTH = Context(prec=100)
# Python's usual context gives up beyond 28 digits, where NUMERIC does not.


class _Separators(NamedTuple):
    decimal: str
    group: str
    minus: str
    group_sizes: tuple[int, int]


def number(locale: str, value: Decimal | int | float, digits: int | None = None) -> str:
    """A number with the language's separators; `digits` after the point, or as many as it has."""
    if digits is None:
        # str and not normalize(): 1000 must not become 1E+3.
        plain = f"{Decimal(str(value)):f}"
    else:
        step = Decimal(1).scaleb(-digits)
        plain = f"{Decimal(str(value)).quantize(step, ROUND_HALF_UP, context=_ANY_LENGTH):f}"
    separators = _separators(locale)
    negative = plain.startswith("-")
    whole, point, fraction = plain.lstrip("-").partition(".")
    text = _grouped(whole, separators)
    if point:
        text += separators.decimal + fraction
    return f"{separators.minus}{text}" if negative else text


def money(locale: str, value: Decimal, currency: str) -> str:
    """An amount with that currency's own digits, and the currency's code behind it."""
    return f"{number(locale, value, currency_digits(currency))}\N{NO-BREAK SPACE}{currency}"


def amount(locale: str, value: Decimal, currency: str) -> str:
    """An amount in a table that names its currency: with that currency's digits, so that figures
    stand below each other, and more only where it has more."""
    exponent = Decimal(value).as_tuple().exponent
    own = -exponent if isinstance(exponent, int) else 0
    return number(locale, value, max(currency_digits(currency), own))


def currency_digits(currency: str) -> int:
    """How many digits an amount of this currency has after the point."""
    return get_currency_precision(currency)


@lru_cache(maxsize=8192)
def day(locale: str, value: date) -> str:
    """A date; the Islamic one beside it where the locale asks for that: `ar_SA@hijri`."""
    babel = _babel(locale)
    text = format_date(value, format="medium", locale=babel)
    if babel.modifier != HIJRI:
        return text
    also = hijri_day(babel.language, value.year, value.month, value.day)
    return f"{text} ({also})" if also else text


@lru_cache(maxsize=4096)
def moment(locale: str, value: datetime, timezone: str) -> str:
    """A moment as the clock of the time zone shows it."""
    local = value.astimezone(_zone(timezone)).replace(tzinfo=None)
    return format_datetime(local, format="medium", locale=_babel(locale))


@lru_cache(maxsize=64)
def _separators(locale: str) -> _Separators:
    babel = _babel(locale)
    return _Separators(
        get_decimal_symbol(babel, numbering_system="latn"),
        get_group_symbol(babel, numbering_system="latn"),
        get_minus_sign_symbol(babel, numbering_system="latn"),
        babel.decimal_formats[None].grouping,
    )


@lru_cache(maxsize=64)
def _babel(locale: str) -> Locale:
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale.parse(DEFAULT_LOCALE)


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _grouped(whole: str, separators: _Separators) -> str:
    first, following = separators.group_sizes
    if len(whole) <= first:
        return whole
    groups = [whole[-first:]]
    rest = whole[:-first]
    while rest:
        groups.append(rest[-following:])
        rest = rest[:-following]
    return separators.group.join(reversed(groups))
