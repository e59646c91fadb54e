"""Host name -> tenant, cached in the process and invalidated from outside.

The directory asks its source (the control plane's database, given at start-up) once per
host and keeps the answer until it is told otherwise or the answer is `TTL` old. The source
is told of changes by PostgreSQL `NOTIFY`, so every process forgets within a second; the
short TTL is the second line, for a notification lost with a broken connection.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.brand.values import Brand
from core.tenancy.tenant import Tenant

TTL = 30.0
"""Seconds a cached answer is believed while the listener is connected."""
TTL_DEAF = 1.0
"""Seconds a cached answer is believed while it is not."""
CAPACITY = 20_000
"""Cached hosts and ids; unknown hosts count too, so the cache is bounded against scans."""


class TenantSource(Protocol):
    """Where tenants are looked up; implemented by the control plane."""

    def by_host(self, host: str) -> Tenant | None:
        """The tenant that answers at this normalized host name."""
        ...

    def by_id(self, tenant_id: str) -> Tenant | None:
        """The tenant with this id."""
        ...

    def by_slug(self, slug: str) -> Tenant | None:
        """The tenant with this slug."""
        ...

    def brand_at(self, host: str) -> Brand | None:
        """The brand that this host, or one above it, belongs to; for hosts of no tenant."""
        ...


@dataclass(frozen=True, slots=True)
class _Answer:
    found: Tenant | Brand | None
    at: float

    @property
    def tenant(self) -> Tenant | None:
        return self.found if isinstance(self.found, Tenant) else None


class TenantDirectory:
    """The cache over a `TenantSource`. Thread-safe; one per process."""

    def __init__(
        self, source: TenantSource, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._source = source
        self._clock = clock
        self._answers: OrderedDict[tuple[str, str], _Answer] = OrderedDict()
        self._epoch = 0
        self._lock = threading.Lock()
        self.listening = False

    def find_host(self, host: str) -> Tenant | None:
        """The tenant of a host, or None if nobody answers there."""
        return self._tenant(("host", host), lambda: self._source.by_host(host))

    def peek_host(self, host: str) -> tuple[bool, Tenant | None]:
        """Whether the answer for this host is at hand, and that answer; never blocks."""
        answer = self._fresh(("host", host))
        return answer is not None, answer.tenant if answer is not None else None

    def find_id(self, tenant_id: str) -> Tenant | None:
        """The tenant with this id."""
        return self._tenant(("id", tenant_id), lambda: self._source.by_id(tenant_id))

    def find_slug(self, slug: str) -> Tenant | None:
        """The tenant with this slug."""
        return self._tenant(("slug", slug), lambda: self._source.by_slug(slug))

    def find_brand(self, host: str) -> Brand | None:
        """Whose brand a host of no tenant shows."""
        found = self._find(("brand", host), lambda: self._source.brand_at(host))
        return found if isinstance(found, Brand) else None

    def peek_brand(self, host: str) -> tuple[bool, Brand | None]:
        """Whether that is known already, and the brand; never blocks."""
        answer = self._fresh(("brand", host))
        found = answer.found if answer is not None else None
        return answer is not None, found if isinstance(found, Brand) else None

    def forget(self, tenant_id: str | None = None) -> None:
        """Drop what is cached of one tenant, or everything."""
        with self._lock:
            self._epoch += 1
            if tenant_id is None:
                self._answers.clear()
                return
            stale = [
                key
                for key, answer in self._answers.items()
                # A host that nobody had may just have been given to this tenant.
                if answer.tenant is None or tenant_id in (answer.tenant.id, answer.tenant.sample_of)
            ]
            for key in stale:
                del self._answers[key]

    def _tenant(self, key: tuple[str, str], load: Callable[[], Tenant | None]) -> Tenant | None:
        found = self._find(key, load)
        return found if isinstance(found, Tenant) else None

    def _find(
        self, key: tuple[str, str], load: Callable[[], Tenant | Brand | None]
    ) -> Tenant | Brand | None:
        answer = self._fresh(key)
        if answer is not None:
            return answer.found
        epoch = self._epoch
        found = load()
        with self._lock:
            # An answer read before an invalidation arrived may be older than the change.
            if epoch == self._epoch:
                self._answers[key] = _Answer(found, self._clock())
                self._answers.move_to_end(key)
                while len(self._answers) > CAPACITY:
                    self._answers.popitem(last=False)
        return found

    def _fresh(self, key: tuple[str, str]) -> _Answer | None:
        answer = self._answers.get(key)
        fresh = answer is not None and self._clock() - answer.at < self._ttl()
        return answer if fresh else None

    def _ttl(self) -> float:
        return TTL if self.listening else TTL_DEAF
