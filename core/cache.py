"""What may be forgotten, kept for a while: a cache whose every key begins with a tenant.

In Redis when it is configured, so that all processes share it, else in this process. Losing
an entry, or the whole of Redis, costs time and never an answer.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import redis
import structlog

from core.tenancy.tenant import Tenant

MAX_ENTRIES = 10_000
MAX_BYTES = 32 * 2**20
"""Bounds of the cache in the process; the least recently used goes first."""
MAX_VALUE = 2**20
"""Bytes of one value; what is larger is not kept."""

log = structlog.get_logger(__name__)


class Store(Protocol):
    """Where entries are kept, by their full keys."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, value: bytes, seconds: float) -> None: ...

    def drop(self, key: str) -> None: ...


class TenantCache:
    """Entries by tenant and key. There is no way to name an entry without naming its tenant."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, tenant: Tenant, key: str) -> bytes | None:
        """The value, or None if it was never put, has expired or was pushed out."""
        return self._store.get(_full_key(tenant, key))

    def put(self, tenant: Tenant, key: str, value: bytes, *, seconds: float) -> None:
        """Keep the value for at most so long."""
        if len(value) <= MAX_VALUE:
            self._store.put(_full_key(tenant, key), value, seconds)

    def drop(self, tenant: Tenant, key: str) -> None:
        """Forget the entry."""
        self._store.drop(_full_key(tenant, key))


def open_cache(redis_url: str | None) -> TenantCache:
    """The cache of this process: in Redis if an address is given."""
    return TenantCache(RedisStore(redis_url) if redis_url else ProcessStore())


@dataclass(frozen=True, slots=True)
class _Entry:
    value: bytes
    expires: float


class ProcessStore:
    """Entries in this process's memory, bounded in number and size. Thread-safe."""

    def __init__(
        self,
        *,
        max_entries: int = MAX_ENTRIES,
        max_bytes: int = MAX_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._bytes = 0
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._clock = clock
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry.expires <= self._clock():
                self._remove(key)
                return None
            self._entries.move_to_end(key)
            return entry.value

    def put(self, key: str, value: bytes, seconds: float) -> None:
        with self._lock:
            self._remove(key)
            self._entries[key] = _Entry(value, self._clock() + seconds)
            self._bytes += len(value)
            while len(self._entries) > self._max_entries or self._bytes > self._max_bytes:
                self._remove(next(iter(self._entries)))

    def drop(self, key: str) -> None:
        with self._lock:
            self._remove(key)

    def _remove(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= len(entry.value)


class RedisStore:
    """Entries in Redis. While it cannot be reached nothing is cached, and nothing fails."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)

    def get(self, key: str) -> bytes | None:
        try:
            return self._redis.get(key)  # type: ignore[return-value]
        except redis.RedisError as error:
            _report(error)
            return None

    def put(self, key: str, value: bytes, seconds: float) -> None:
        try:
            self._redis.set(key, value, px=max(1, int(seconds * 1000)))
        except redis.RedisError as error:
            _report(error)

    def drop(self, key: str) -> None:
        try:
            self._redis.delete(key)
        except redis.RedisError as error:
            _report(error)


def _full_key(tenant: Tenant, key: str) -> str:
    # An id never holds a colon, so no key of one tenant can spell that of another.
    return f"aorabooks:cache:{tenant.id}:{key}"


def _report(error: redis.RedisError) -> None:
    log.warning("cache out of reach", reason=type(error).__name__)
