"""Dates and times between text and value. Times are UTC inside, in the tenant's zone outside."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime

from core.i18n.formats import day
from core.web.resources.culture import Culture

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PARTS = re.compile(r"(\d{1,4})\D{1,3}(\d{1,4})\D{1,3}(\d{1,4})\D?", re.ASCII)
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))


class NotAMoment(ValueError):
    """The text is no date or time as this culture writes them."""


def show_date(value: date, culture: Culture) -> str:
    """The date as the culture writes it in a table."""
    return day(culture.locale, value)


def show_datetime(value: datetime, culture: Culture) -> str:
    """Date and time in the tenant's zone, to the minute."""
    local = value.astimezone(culture.zone)
    return f"{day(culture.locale, local.date())} {local:%H:%M}"


def edit_datetime(value: datetime, culture: Culture) -> str:
    """As `<input type="datetime-local">` holds it, in the tenant's zone."""
    local = value.astimezone(culture.zone).replace(tzinfo=None)
    exact = bool(local.second or local.microsecond)
    return local.isoformat(timespec="microseconds" if exact else "minutes")


def read_date(text: str, culture: Culture) -> date:
    """An ISO date, or three numbers in the culture's order, with digits of any script."""
    plain = _latin_digits(text)
    if _ISO_DATE.fullmatch(plain):
        return _calendar_day(plain[:4], plain[5:7], plain[8:])
    match = _PARTS.fullmatch(plain)
    if match is None:
        raise NotAMoment(text)
    parts = dict(zip(culture.day_order, match.groups(), strict=True))
    if len(parts["y"]) == 2:
        parts["y"] = f"20{parts['y']}"
    if len(parts["y"]) != 4:
        raise NotAMoment(text)
    return _calendar_day(parts["y"], parts["m"], parts["d"])


def read_datetime(text: str, culture: Culture) -> datetime:
    """An ISO date and time; without an offset it is in the tenant's zone. Returns UTC."""
    plain = _latin_digits(text)
    try:
        value = datetime.fromisoformat(plain)
        if value.tzinfo is None:
            value = value.replace(tzinfo=culture.zone)
        return value.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotAMoment(text) from None


def rfc3339(value: datetime) -> str:
    """A moment for programs, in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _calendar_day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise NotAMoment(f"{year}-{month}-{day}") from None


def _latin_digits(text: str) -> str:
    stripped = text.translate(_MARKS).strip()
    if stripped.isascii():
        return stripped
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in stripped
    )
