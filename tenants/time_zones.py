"""The time zones that pages offer."""

from __future__ import annotations

from functools import cache
from typing import Final
from zoneinfo import available_timezones

_CONTINENTS: Final = frozenset(
    {
        *("Africa", "America", "Antarctica", "Asia", "Atlantic"),
        *("Australia", "Europe", "Indian", "Pacific"),
    }
)


@cache
def named_zones() -> tuple[str, ...]:
    """Those that are named after places."""
    return tuple(
        sorted(zone for zone in available_timezones() if zone.partition("/")[0] in _CONTINENTS)
    )
