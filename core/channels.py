"""Notifications to open pages: "job 12 moved on", "the addons changed".

A notification is a hint with ids in it, never content: the page that hears it fetches what it
may see. Subscribers name a tenant and hear that tenant alone. Within one process messages go
from hand to hand; with Redis they also reach the subscribers of other processes. A lost
message costs a page its freshness until the next one, nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import redis
import redis.asyncio
import structlog

from core.tenancy.tenant import Tenant

_PREFIX = "aorabooks:channel:"
_RECONNECT_SECONDS = 2.0
BACKLOG = 100
"""Messages kept for a subscriber that does not read; then the oldest is dropped."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Notice:
    """What was published: the channel's name and ids that say what it is about."""

    channel: str
    data: Mapping[str, Any]


@dataclass(eq=False, slots=True)
class Subscription:
    """One open page's ear; read it in the event loop that opened it."""

    channels: frozenset[str]
    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[Notice] = field(default_factory=lambda: asyncio.Queue(BACKLOG))

    async def next(self) -> Notice:
        """Wait for the next notice."""
        return await self.queue.get()

    def offer(self, notice: Notice) -> None:
        """Hand a notice over from whatever thread."""
        with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
            self.loop.call_soon_threadsafe(self._put, notice)

    def _put(self, notice: Notice) -> None:
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(notice)


class Channels:
    """The notifications of one process; publish from any thread."""

    def __init__(self, redis_url: str | None = None) -> None:
        self._url = redis_url
        self._redis = (
            redis.Redis.from_url(redis_url, socket_timeout=0.5, socket_connect_timeout=0.5)
            if redis_url
            else None
        )
        self._subscriptions: defaultdict[str, set[Subscription]] = defaultdict(set)
        self._lock = threading.Lock()

    def publish(self, tenant: Tenant, channel: str, data: Mapping[str, Any]) -> None:
        """Tell the tenant's open pages. Never raises; call it after the commit."""
        if self._redis is not None:
            message = orjson.dumps({"channel": channel, "data": data})
            try:
                # Redis brings it back to this process too, so it is not delivered twice.
                self._redis.publish(f"{_PREFIX}{tenant.id}", message)
                return
            except redis.RedisError as error:
                log.warning("notices stay in this process", reason=type(error).__name__)
        self._deliver(tenant.id, Notice(channel, data))

    @contextlib.contextmanager
    def subscribe(self, tenant: Tenant, channels: frozenset[str]) -> Iterator[Subscription]:
        """Hear these channels of this tenant while the block runs."""
        subscription = Subscription(channels, asyncio.get_running_loop())
        with self._lock:
            self._subscriptions[tenant.id].add(subscription)
        try:
            yield subscription
        finally:
            with self._lock:
                mine = self._subscriptions[tenant.id]
                mine.discard(subscription)
                if not mine:
                    del self._subscriptions[tenant.id]

    async def relay(self) -> None:
        """Bring what other processes publish to this one's subscribers, until cancelled."""
        while self._url is not None:
            try:
                await self._listen(self._url)
            except (redis.RedisError, OSError) as error:
                log.warning("notices of other processes are missed", reason=type(error).__name__)
                await asyncio.sleep(_RECONNECT_SECONDS)

    async def _listen(self, url: str) -> None:
        async with redis.asyncio.Redis.from_url(url) as client, client.pubsub() as pubsub:
            await pubsub.psubscribe(f"{_PREFIX}*")
            async for message in pubsub.listen():
                if message["type"] == "pmessage":
                    tenant_id = message["channel"].decode().removeprefix(_PREFIX)
                    parsed = orjson.loads(message["data"])
                    self._deliver(tenant_id, Notice(parsed["channel"], parsed["data"]))

    def _deliver(self, tenant_id: str, notice: Notice) -> None:
        with self._lock:
            listening = list(self._subscriptions.get(tenant_id, ()))
        for subscription in listening:
            if notice.channel in subscription.channels:
                subscription.offer(notice)
