"""Moments in signed texts: whole seconds since 1970 in UTC, as RFC 7519 has them (NumericDate)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_LAST: Final = 253_402_300_799
"""The end of the year 9999, the last that Python's dates reach."""


def to_claim(moment: datetime | None) -> int | None:
    """Whole seconds; a fraction is dropped."""
    return None if moment is None else int(moment.timestamp())


def from_claim(value: object) -> datetime | None:
    """The moment; None stays None. Raises ValueError for what is no number of seconds."""
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LAST:
        raise ValueError("no moment")
    return datetime.fromtimestamp(value, UTC)


def whole(moment: datetime) -> datetime:
    """The moment without its fraction of a second, as a signed text keeps it."""
    return moment.astimezone(UTC).replace(microsecond=0)
