"""On which day a company's week begins: that of the country whose clocks it goes by, else that of
the language's largest country, as CLDR has them.
"""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages


@lru_cache(maxsize=512)
def first_weekday(locale: str, timezone: str) -> int:
    """The first day of the week for this language and time zone; 0 is Monday."""
    territory = get_global("zone_territories").get(timezone, "")
    if len(territory) != 2:
        likely = get_global("likely_subtags").get(Locale.parse(locale).language, "")
        territory = Locale.parse(locale).territory or likely.rpartition("_")[2]
    for language in (*get_official_languages(territory), Locale.parse(locale).language):
        try:
            return Locale.parse(f"{language}_{territory}").first_week_day
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(locale).first_week_day
