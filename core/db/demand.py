"""How much each connection is in demand, so that the one worth least gives way.

Tenants are used very unevenly. Whoever was idle longest is a poor guess at who comes back last:
a company that somebody looked at once a minute ago would outlive one that works all day and
paused for two. So each wish for a connection counts, and a count halves every minute.

A tenant's first connection is wanted whenever it works at all, its fifth only when four
requests are already under way. Hence the demand for each is counted by how many were in use.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable
from typing import Final

HALF_LIFE: Final = 60.0
"""Seconds after which a wish counts half."""
_FORGOTTEN: Final = 2.0**-10
"""What is wanted less than this is as good as never wanted."""


class Demand:
    """Wishes that fade, by key and by how many connections of the key were in use.

    Kept as logarithms of sums of 2^(time / half-life): all fade alike, so the order of two of
    them never changes by waiting, and nothing has to be brought up to date to compare them.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._levels: dict[tuple[Hashable, int], float] = {}

    def note(self, key: Hashable, in_use: int) -> None:
        """Somebody wants a connection of this key while so many of it are in use."""
        place = (key, in_use)
        now = self._clock() / HALF_LIFE
        known = self._levels.get(place)
        # log2(2^known + 2^now), without the powers that would overflow.
        self._levels[place] = now if known is None else now + math.log2(1 + 2.0 ** (known - now))

    def level(self, key: Hashable, in_use: int) -> float:
        """How much a connection of this key is wanted while so many are in use; only to compare."""
        return self._levels.get((key, in_use), -math.inf)

    def forget_faded(self) -> None:
        """Drop what nobody has wanted for long."""
        floor = self._clock() / HALF_LIFE + math.log2(_FORGOTTEN)
        # Listed first, in one step: others note their wishes meanwhile.
        for place, level in list(self._levels.items()):
            if level < floor:
                del self._levels[place]
