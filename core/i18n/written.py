"""How one person wants numbers and dates written, whatever language the pages are in.

Kept as a region and, on request, the Islamic calendar beside the Gregorian: "IN", "SA@hijri". With
a language it makes a locale that Babel knows, `en_IN@hijri`, which is passed on as any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from hijridate import Gregorian

HIJRI: Final = "hijri"
REGIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("US", "GB", "IN", "AE", "DE"),
    "ar": ("SA", "AE", "EG", "MA"),
    "bn": ("BD", "IN"),
}
"""The regions offered in each language: of each way of writing, one that is known for it."""


def written(region: str, *, hijri: bool) -> str:
    """What is kept of a choice."""
    return f"{region}@{HIJRI}" if hijri else region


def parts(kept: str) -> tuple[str, bool]:
    """The region, and whether the Islamic date is wanted too."""
    region, _, calendar = kept.partition("@")
    return region, calendar == HIJRI


@lru_cache(maxsize=512)
def written_locale(language: str, kept: str) -> str:
    """The locale by which this person's numbers and dates are written, in this language. A region
    that the language is not written in counts for nothing.

    >>> written_locale("en", "IN@hijri")
    'en_IN@hijri'
    """
    region, hijri = parts(kept)
    name = f"{language}_{region}" if region else language
    try:
        Locale.parse(name)
    except (ValueError, UnknownLocaleError):
        name = language
    return f"{name}@{HIJRI}" if hijri else name


def hijri_day(language: str, year: int, month: int, day: int) -> str:
    """A Gregorian date by the Umm al-Qura calendar, in words; empty where that is not tabulated
    (it is from 1924 to 2077)."""
    try:
        date = Gregorian(year, month, day).to_hijri()
    except (OverflowError, ValueError):
        return ""
    match language:
        case "ar":
            name, era = date.month_name("ar"), "هـ"
        case "bn":
            name, era = date.month_name("bn"), "হিজরি"
        case _:
            name, era = date.month_name("en"), "AH"
    return f"{date.day} {name} {date.year} {era}"
