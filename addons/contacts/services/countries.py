"""The countries of the world in the languages that are shipped, by their codes (ISO 3166-1).

The names come from Unicode's CLDR through Babel, so no catalog has to translate them.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from babel import Locale

from core.api import LOCALES, localized

_NO_COUNTRIES: Final = frozenset({"EU", "EZ", "UN", "XA", "XB", "XK", "QO", "ZZ"})
"""Codes among CLDR's territories that are no country of the standard."""


@cache
def country_choices() -> tuple[tuple[str, str], ...]:
    """Each code with its name, in the order of the English names."""
    named = sorted(
        (name, code)
        for code, name in Locale.parse("en").territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    )
    return tuple((code, _in_all_languages(code, name)) for name, code in named)


def country_name(code: str | None) -> str:
    """What a country is called, in the reader's language when it is shown."""
    return dict(country_choices()).get(code, code) if code else ""


def _in_all_languages(code: str, english: str) -> str:
    texts = ((locale, Locale.parse(locale).territories.get(code, "")) for locale in LOCALES)
    return localized(texts, fallback=english)
