"""Currency codes for the symbols and commodities that a file uses.

A symbol becomes the currency that it stands for, and an amount without any the company's,
unless that would mix up two commodities of the same file. Everything else stays as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from babel import Locale
from babel.numbers import get_currency_precision, get_currency_symbol, list_currencies

NO_CURRENCY: Final = "XXX"
"""What ISO 4217 calls an amount without a currency."""

_SYMBOLS: Final[Mapping[str, str]] = {
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "৳": "BDT",
    "₺": "TRY",
    "₽": "RUB",
    "₩": "KRW",
    "₪": "ILS",
    "₫": "VND",
    "₦": "NGN",
    "₱": "PHP",
    "฿": "THB",
    "₴": "UAH",
    "₿": "BTC",
    "⃁": "SAR",
    "رس": "SAR",
    "دإ": "AED",
    "دك": "KWD",
    "دب": "BHD",
    "رق": "QAR",
    "رع": "OMR",
    "جم": "EGP",
    "دا": "JOD",
}
_NOISE = re.compile("[.\\s\u200e\u200f]")


def codes(commodities: Iterable[str], company_currency: str) -> dict[str, str]:
    """The currency code of each commodity of a file, one to one."""
    meanings: dict[str, list[str]] = {}
    for text in sorted(set(commodities)):
        meanings.setdefault(_code(text, company_currency), []).append(text)
    found = {}
    for code, texts in meanings.items():
        rightful = _rightful(code, texts)
        for text in texts:
            found[text] = code if text == rightful else text or NO_CURRENCY
    return found


def digits(code: str) -> int | None:
    """How many digits a currency has after the point; None for a commodity that is none."""
    return get_currency_precision(code) if code in _currencies() else None


def _rightful(code: str, texts: Sequence[str]) -> str | None:
    """Which of several commodities with one meaning gets the code: the code itself, else the
    only symbol, else an amount without any; None where two symbols claim it."""
    if code in texts or len(texts) == 1:
        return code if code in texts else texts[0]
    symbols = [text for text in texts if text]
    return symbols[0] if len(symbols) == 1 else None


def _code(text: str, company_currency: str) -> str:
    if not text:
        return company_currency
    own = {
        _NOISE.sub("", get_currency_symbol(company_currency, locale))
        for locale in ("en", "ar", "bn")
    }
    own.add(_NOISE.sub("", _narrow_symbol(company_currency)))
    plain = _NOISE.sub("", text)
    return company_currency if plain in own else _SYMBOLS.get(plain, text)


def _narrow_symbol(code: str) -> str:
    # 100 AUD is written $100 in Australia, where nobody means US dollars.
    symbol = get_currency_symbol(code, Locale("en"))
    return symbol[-1] if symbol.endswith("$") else symbol


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies("en"))
