"""What the kernel asks of the control plane about work: which tenants have some, and when.

The truth of a job is its row in the tenant's database. The board only says where to look, so
that ten thousand tenants need not be asked in turn; it may be late or wrong about that, and
nothing is lost. The control plane implements it (`tenants.work_board`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.jobs.carrier import Carrier
from core.jobs.wake_up import WakeUp


@dataclass(frozen=True, slots=True)
class Turn:
    """What a redeemed wake-up gives: how long it was on its way, and the name of the plan that
    the tenant's schedules were made from."""

    delay_seconds: float
    plan: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule of a tenant: the cron expression, its time zone and the next planned run."""

    cron: str
    timezone: str
    next_run_at: datetime


@dataclass(frozen=True, slots=True)
class DueSchedule:
    """A schedule whose planned time has come; the caller alone holds it."""

    tenant_id: str
    job: str
    planned: Planned


@dataclass(frozen=True, slots=True)
class WorkerBeat:
    """A worker process's sign of life and what it has done since it started."""

    worker: str
    threads: int
    running: int
    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class BoardFigures:
    """How the work of all tenants stands, for the metrics page.

    `late_seconds` is how long the tenant that waits longest has been due. `running`, `done` and
    `failed` are those of the workers alive, as they last reported.
    """

    tenants_due: int
    late_seconds: float
    schedules_late: int
    workers: int
    running: int
    done: int
    failed: int


class WorkBoard(Protocol):
    """The control plane's side of the jobs. Thread-safe; one per process."""

    @property
    def carrier(self) -> Carrier:
        """What carries the wake-ups to the workers."""
        ...

    def announce(self, tenant_id: str, due_at: datetime | None = None) -> None:
        """Note that the tenant has work from `due_at` on (None: now).

        Called before the tenant's commit, so that a process killed right after it leaves work
        that is found. Never raises: an hourly look at every tenant makes up for a lost note.
        """
        ...

    def wake(self, tenant_id: str) -> None:
        """Send a wake-up for a tenant that has work now, unless one is on its way. Never raises."""
        ...

    def take(self, wake_up: WakeUp) -> Turn | None:
        """Redeem a wake-up; None if it was a copy of one that was redeemed before."""
        ...

    def settle(self, tenant_id: str, due_at: datetime | None) -> None:
        """Note when the tenant, just looked at, has to be looked at again (None: no need)."""
        ...

    def forget(self, tenant_id: str) -> None:
        """Drop everything about a tenant that no longer exists."""
        ...

    def sweep(self, *, resend_after: float) -> int:
        """Send the wake-ups that are due and not on their way, and again those sent more than
        so many seconds ago that nobody took. Returns how many were sent."""
        ...

    def plan(self, tenant_id: str, name: str, wanted: Mapping[str, Planned]) -> None:
        """Make these the tenant's schedules, by job, and note the plan's name. A schedule whose
        cron expression and zone stay the same keeps its next run."""
        ...

    def run_due_schedule(self, now: datetime, start: Callable[[DueSchedule], datetime]) -> bool:
        """Claim one schedule whose time has come and `start` it; False if there is none.

        `start` returns the next planned run. If it raises, the schedule is tried again a
        minute later for the same planned time.
        """
        ...

    def beat(self, beat: WorkerBeat) -> None:
        """Record a worker's sign of life."""
        ...

    def figures(self) -> BoardFigures:
        """Counts for the metrics page."""
        ...
