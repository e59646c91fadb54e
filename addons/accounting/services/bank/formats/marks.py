"""Amounts and days as bank formats write them, read strictly: what is not one is refused."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

MAX_DIGITS: Final = 15
"""Digits before the decimal mark. More is no amount of a bank account."""
_PLAIN: Final = re.compile(r"([+-]?)(\d{0,15})(?:[.,](\d{0,8}))?", re.ASCII)
_SPACES: Final = re.compile(r"\s+")


def plain_amount(text: str) -> Decimal | None:
    """An amount without marks of thousands, with a point or a comma; None for anything else."""
    match = _PLAIN.fullmatch(text.strip())
    if match is None or not (match[2] or match[3]):
        return None
    return Decimal(f"{match[1]}{match[2] or '0'}.{match[3] or '0'}")


def written_amount(text: str) -> Decimal | None:
    """Like `plain_amount`, but not longer in decimals than was written."""
    amount = plain_amount(text)
    if amount is None:
        return None
    decimals = len(text.strip().replace(",", ".").partition(".")[2])
    return amount.quantize(Decimal(1).scaleb(-decimals))


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(year: int) -> int:
    """Two digits of a year: 70 to 99 are of the last century."""
    if year >= 100:
        return year
    return year + (1900 if year >= 70 else 2000)


def one_line(*parts: str | None) -> str:
    """Texts joined by a space, without breaks and repeated spaces."""
    return _SPACES.sub(" ", " ".join(part for part in parts if part)).strip()
