"""Periods of days, either end of which may be open."""

from __future__ import annotations

from datetime import date


def overlap(
    start: date | None, end: date | None, other_start: date | None, other_end: date | None
) -> bool:
    """Whether two periods share a day; their last days belong to them."""
    return (start is None or other_end is None or start <= other_end) and (
        end is None or other_start is None or other_start <= end
    )
