"""Whether our clock goes right, by what the authority's answers say of the time.

A document dated tomorrow is refused (BR-KSA-04), and its place in the chain is spent: a wrong clock
is better found before the first is signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

TOLERATED: Final = timedelta(minutes=10)


def clock_error(headers: Mapping[str, Any], now: datetime) -> timedelta | None:
    """How far our clock is ahead of the authority's (behind: negative) by the headers of an answer
    that came now, where it is more than anybody should put up with; None otherwise, and where the
    answer bears no time."""
    try:
        theirs = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    error = now - theirs
    return error if abs(error) > TOLERATED else None
