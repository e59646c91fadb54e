"""How many requests a second each company may send to this process.

A bucket holds tokens, one a request, and fills up evenly; it is as deep as two seconds, because a
page brings several requests at once. Runs in the event loop alone, so it needs no lock.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from core.errors import TooManyRequests
from core.i18n import phrase

DEPTH: Final = 2
"""Seconds of tokens that a bucket holds at most."""
KEPT: Final = 20_000
"""Buckets; the one longest untouched goes first, and is most likely full."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Rates:
    """The buckets of all companies; one per process."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, tenant_id: str, per_second: int) -> None:
        """Count one request; raises TooManyRequests with the seconds until there is room for one.
        With 0 there is no bound."""
        if not per_second:
            return
        now, depth = self._clock(), float(DEPTH * per_second)
        bucket = self._buckets.get(tenant_id)
        if bucket is None:
            bucket = self._buckets[tenant_id] = _Bucket(depth, now)
            if len(self._buckets) > KEPT:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(tenant_id)
        bucket.tokens = min(depth, bucket.tokens + (now - bucket.at) * per_second)
        bucket.at = now
        if bucket.tokens < 1:
            wait = math.ceil((1 - bucket.tokens) / per_second)
            raise TooManyRequests(
                phrase("Your company sends more than {count} requests a second.", count=per_second),
                retry_after=max(1, wait),
            )
        bucket.tokens -= 1
