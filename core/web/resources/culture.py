"""What reading a number or a date in one locale depends on, taken from CLDR once.

Digits are Latin in every language, as ledgers are; digits of any script are understood.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError

DayOrder = str
"""The order of day, month and year in a short date: "dmy", "mdy" or "ymd"."""


@dataclass(frozen=True, slots=True)
class Culture:
    """Separators and the order of a date's parts, and the zone that times are in."""

    locale: str
    zone: ZoneInfo
    decimal: str
    group: str
    day_order: DayOrder


@lru_cache(maxsize=256)
def culture_of(locale: str, timezone: str) -> Culture:
    """The culture of a locale such as `en`, `ar-SA` or `bn_BD`, in a time zone."""
    known = _known_locale(locale)
    symbols = known.number_symbols.get("latn", {})
    return Culture(
        locale=str(known),
        zone=_known_zone(timezone),
        decimal=symbols.get("decimal") or ".",
        group=symbols.get("group") or ",",
        day_order=_day_order(known),
    )


def _known_locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale.parse("en")


def _known_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


def _day_order(locale: Locale) -> DayOrder:
    seen = [letter.lower() for letter in locale.date_formats["short"].pattern if letter in "dMy"]
    return "".join(dict.fromkeys(seen))


PLAIN = Culture("en", ZoneInfo("UTC"), ".", ",", "ymd")
"""How programs write: ISO dates, a point, UTC."""
