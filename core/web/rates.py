"""How many requests a second each company may send.

A bucket holds tokens, one a request, and fills up evenly; it is as deep as two seconds, because a
page brings several requests at once. What a company sends to other processes is charged to it as
well (`core.web.shared_rates`). Runs in the event loop alone, so it needs no lock.
"""

from __future__ import annotations

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from core.errors import TooManyRequests
from core.i18n import phrase

DEPTH: Final = 2
"""Seconds of tokens that a bucket holds at most."""
KEPT: Final = 20_000
"""Buckets; the one longest untouched goes first, and is most likely full."""
DEBT: Final = 10
"""Seconds of tokens that a bucket can owe at most, for what was sent to other processes."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float
    per_second: int


class Rates:
    """The buckets of all companies; one per process."""

    def __init__(
        self, *, shared: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Where they are `shared`, somebody asks again and again what was let through."""
        self._shared = shared
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._sent: Counter[str] = Counter()

    def take(self, tenant_id: str, per_second: int) -> None:
        """Count one request; raises TooManyRequests with the seconds until there is room for one.
        With 0 there is no bound."""
        if not per_second:
            return
        now, depth = self._clock(), float(DEPTH * per_second)
        bucket = self._buckets.get(tenant_id)
        if bucket is None:
            bucket = self._buckets[tenant_id] = _Bucket(depth, now, per_second)
            if len(self._buckets) > KEPT:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(tenant_id)
        bucket.tokens = min(depth, bucket.tokens + (now - bucket.at) * per_second)
        bucket.at, bucket.per_second = now, per_second
        if bucket.tokens < 1:
            wait = math.ceil((1 - bucket.tokens) / per_second)
            raise TooManyRequests(
                phrase("Your company sends more than {count} requests a second.", count=per_second),
                retry_after=max(1, wait),
            )
        bucket.tokens -= 1
        if self._shared:
            self._sent[tenant_id] += 1

    def take_sent(self) -> dict[str, int]:
        """How many requests of each company were let through since this was last asked."""
        sent, self._sent = self._sent, Counter()
        return dict(sent)

    def charge(self, tenant_id: str, count: int) -> None:
        """Take so many tokens, for requests that other processes let through."""
        bucket = self._buckets.get(tenant_id)
        if bucket is not None:
            bucket.tokens = max(bucket.tokens - count, float(-DEBT * bucket.per_second))
