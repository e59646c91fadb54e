"""Serves wake-ups: a look at one tenant, one job run, and the turn passed on.

If more is due at the tenant, it is woken again before the job runs, and so joins the end of
the queue: tenants take turns, and a long job of one delays no other.
"""

from __future__ import annotations

import itertools
import os
import secrets
import socket
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog

from core.addons import under_way
from core.addons.upgrading import ensure_current
from core.db.base import utc_now
from core.errors import Unavailable
from core.jobs import schedules
from core.jobs.board import Turn, WorkerBeat
from core.jobs.claiming import Look, claim
from core.jobs.running import run
from core.jobs.wake_up import WakeUp
from core.tenancy.tenant import Tenant

if TYPE_CHECKING:
    from core.kernel import Kernel

PAUSE_AFTER_TROUBLE: Final = timedelta(seconds=30)
PAUSE_WHILE_MOVING: Final = timedelta(seconds=2)
"""While a company changes servers, nothing is begun at it."""

log = structlog.get_logger(__name__)


class Serving:
    """What a worker process does with wake-ups, and what it has done. Thread-safe."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self._claims = itertools.count(1)
        # Of one tenant, whichever workers run them: the others' turn comes in any case.
        self._limit = max(1, kernel.config.worker_threads // 2)
        self._lock = threading.Lock()
        self._running = self._done = self._failed = 0
        self.delay = 0.0
        """Seconds that the last wake-up was on its way."""

    def serve(self, wake_up: WakeUp) -> None:
        """Run the job that is due first at the tenant. Never raises: nothing is lost, because
        the tenant stays due and a job that was claimed is found by its lease."""
        try:
            turn = self._kernel.board.take(wake_up)
            if turn is None:
                return
            self.delay = turn.delay_seconds
            tenant = self._kernel.directory.find_id(wake_up.tenant_id)
            if tenant is None:
                self._kernel.board.forget(wake_up.tenant_id)
            elif tenant.held:
                self._kernel.board.settle(tenant.id, utc_now() + PAUSE_WHILE_MOVING)
            elif tenant.status == "active":
                self._take_turn(tenant, turn)
        except Unavailable as error:
            log.warning("tenant out of reach", tenant=wake_up.tenant_id, reason=error.message)
            self._come_back_later(wake_up.tenant_id)
        except Exception:
            log.exception("tenant not served", tenant=wake_up.tenant_id)
            self._come_back_later(wake_up.tenant_id)

    def work_off(self, tenant: Tenant, *, now: datetime | None = None) -> int:
        """Run what is due at one tenant, here and now, one after the other; returns how many."""
        count = 0
        while (look := self._look(tenant, now=now)).claim is not None:
            self._run(tenant, look)
            count += 1
        return count

    def beat(self) -> WorkerBeat:
        """This worker's sign of life."""
        threads = self._kernel.config.worker_threads
        return WorkerBeat(self._name, threads, self._running, self._done, self._failed)

    def _take_turn(self, tenant: Tenant, turn: Turn) -> None:
        board = self._kernel.board
        look = self._look(tenant, turn=turn)
        if look.more and not look.at_limit:
            board.wake(tenant.id)
        else:
            board.settle(tenant.id, look.again_at)
        if look.claim is not None:
            self._run(tenant, look)
            if look.more:
                board.wake(tenant.id)

    def _look(
        self, tenant: Tenant, *, turn: Turn | None = None, now: datetime | None = None
    ) -> Look:
        ensure_current(self._kernel, tenant, patience=under_way.PATIENCE)
        worker = f"{self._name}/{next(self._claims)}"
        with self._kernel.session(tenant) as session:
            look = claim(session, worker, limit=self._limit, now=now)
            if turn is not None:
                schedules.plan(session, unless=turn.plan)
        return look

    def _run(self, tenant: Tenant, look: Look) -> None:
        assert look.claim is not None
        done = False
        with self._lock:
            self._running += 1
        try:
            done = run(self._kernel, tenant, look.claim) == "done"
        finally:
            with self._lock:
                self._running -= 1
                self._done += done
                self._failed += not done

    def _come_back_later(self, tenant_id: str) -> None:
        try:
            self._kernel.board.settle(tenant_id, utc_now() + PAUSE_AFTER_TROUBLE)
        except Exception as error:
            log.warning("tenant not settled", tenant=tenant_id, reason=str(error).strip())


def work_off(kernel: Kernel, tenant: Tenant, *, now: datetime | None = None) -> int:
    """Run what is due at one tenant in this process, as if a worker did; for tests and tools.

    What is due by `now` counts too, for tests with a clock of their own.
    """
    return Serving(kernel).work_off(tenant, now=now)
