"""What went wrong in this process since it was last written down, by tenant and addon.

Counting is a few instructions under a lock, so that it may be done wherever something fails; it
is written to the tenants' databases by `core.health.keeping`, a moment later and in one go.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from core.db.base import utc_now

What = Literal["errors", "left_out", "slow", "job_failures"]


@dataclass(frozen=True, slots=True)
class Counted:
    """How often what happened to one addon of one tenant: unhandled errors, failures that only
    left a part out of a page, slow statements, tries of jobs that failed. `last_error` is the
    newest error's kind and place, and never what somebody typed."""

    errors: int = 0
    left_out: int = 0
    slow: int = 0
    job_failures: int = 0
    last_error: str = ""
    last_at: datetime | None = None


class HealthCounts:
    """One per process; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: dict[tuple[str, str], Counted] = {}
        self.waiting = threading.Event()
        """Set while something is counted that was not taken."""

    def count(self, tenant_id: str, addon: str, what: What, last_error: str = "") -> None:
        """Count one."""
        key = (tenant_id, addon)
        with self._lock:
            held = self._counted.get(key, Counted())
            counted = replace(held, **{what: getattr(held, what) + 1})
            if last_error:
                counted = replace(counted, last_error=last_error, last_at=utc_now())
            self._counted[key] = counted
        self.waiting.set()

    def slow(self, tenant_id: str, addon: str, seconds: float) -> None:
        """Count a statement that took long; what `core.db.slow.watch` calls."""
        self.count(tenant_id, addon, "slow")

    def take(self) -> Mapping[str, Mapping[str, Counted]]:
        """All that was counted, by tenant and addon; counting goes on from nothing."""
        with self._lock:
            taken, self._counted = self._counted, {}
            self.waiting.clear()
        found: dict[str, dict[str, Counted]] = {}
        for (tenant_id, addon), counted in taken.items():
            found.setdefault(tenant_id, {})[addon] = counted
        return found
