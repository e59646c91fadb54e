"""Amounts of money in words, as cheques, vouchers and invoices want them.

English, Arabic with its cases and genders, Bengali with lakh and crore. Written by hand, since a
general library knows few currencies and gets Arabic agreement, small and negative amounts wrong.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import partial
from typing import Final

from core.i18n.formats import currency_digits
from core.i18n.locales import DEFAULT_LOCALE
from core.i18n.words import arabic, bengali, english
from core.i18n.words.currencies import LAKH_CURRENCIES

_EXACT: Final = Context(prec=100)
LARGEST: Final = Decimal(10) ** 15
"""From here on there are no words, and the figure itself is written."""


def amount_in_words(locale: str, amount: Decimal, currency: str) -> str:
    """The amount, rounded half up to the digits of its currency (ISO 4217), in the words of a
    language: `en`, `ar` or `bn`, English for any other.

    >>> amount_in_words("en", Decimal("1234.5"), "SAR")
    'One thousand two hundred thirty-four riyals and fifty halalas only'
    """
    digits = currency_digits(currency)
    units = abs(amount).scaleb(digits, _EXACT).to_integral_value(ROUND_HALF_UP)
    if units >= LARGEST.scaleb(digits):
        return f"{amount} {currency}"
    whole, part = divmod(int(units), 10**digits)
    is_negative = amount < 0 and units != 0
    write = {"ar": arabic.write, "bn": bengali.write}.get(
        locale.partition("-")[0],
        partial(english.write, by_lakh=currency in LAKH_CURRENCIES),
    )
    return write(whole, part, currency, digits, is_negative)


__all__ = ["DEFAULT_LOCALE", "LARGEST", "amount_in_words"]
