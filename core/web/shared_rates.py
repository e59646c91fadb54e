"""Lets the processes of all machines count requests together, through Redis where it is configured.

A request asks nobody. Once a second a process adds what each company has sent here to a count in
Redis, in one exchange for all companies, and charges its own bucket with what the company has sent
elsewhere since. So the bound holds on the average, and is late by a second. Without Redis, and
while it is away, each process counts for itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import redis
import structlog

from core.web.rates import KEPT, Rates

EVERY: Final = 1.0
"""Seconds between two exchanges."""
_PREFIX: Final = "aorabooks:rate:"
_FORGOTTEN: Final = 60
"""Seconds after which Redis forgets the count of a company that sends nothing."""
_FRESH: Final = 3 * EVERY
"""What was counted elsewhere before that is over: buckets have filled up again meanwhile."""
_ANSWER_SECONDS: Final = 0.5

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Seen:
    total: int
    at: float


class SharedRates:
    """The exchange of one process."""

    def __init__(
        self, rates: Rates, url: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rates = rates
        self._redis = redis.Redis.from_url(
            url, socket_timeout=_ANSWER_SECONDS, socket_connect_timeout=_ANSWER_SECONDS
        )
        self._clock = clock
        self._seen: dict[str, _Seen] = {}
        self._failing = False

    async def keep_up(self) -> None:
        """Exchange once a second, as long as anybody asks anything, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            sent = self._rates.take_sent()
            if sent:
                totals = await asyncio.to_thread(self._add, sent)
                self._charge(sent, totals)

    def exchange(self) -> None:
        """Exchange once, here and now."""
        sent = self._rates.take_sent()
        self._charge(sent, self._add(sent))

    def _add(self, sent: dict[str, int]) -> list[int]:
        """What all processes have counted, these included; nothing while Redis is away."""
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                for tenant_id, count in sent.items():
                    pipe.incrby(_PREFIX + tenant_id, count)
                    pipe.expire(_PREFIX + tenant_id, _FORGOTTEN)
                answers: list[Any] = pipe.execute()
        except redis.RedisError as error:
            if not self._failing:
                log.warning("requests are counted in this process", reason=type(error).__name__)
            self._failing = True
            return []
        self._failing = False
        return answers[::2]

    def _charge(self, sent: dict[str, int], totals: list[int]) -> None:
        now = self._clock()
        for (tenant_id, mine), total in zip(sent.items(), totals, strict=False):
            before = self._seen.get(tenant_id)
            # A count that is lower was begun anew, by a Redis that had forgotten it.
            if before is not None and now - before.at <= _FRESH and total >= before.total:
                self._rates.charge(tenant_id, total - before.total - mine)
            self._seen[tenant_id] = _Seen(total, now)
        if len(self._seen) > KEPT:
            self._seen = {
                known: seen for known, seen in self._seen.items() if now - seen.at <= _FRESH
            }
