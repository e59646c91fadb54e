"""Upgrades that requests and jobs have met, each in a thread of its own, so that nobody who met one
has to wait for its end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from core.errors import Unavailable
from core.i18n.phrases import phrase

PATIENCE = 10.0
"""Seconds for which a request or a job waits for the upgrade that it needs."""
AT_ONCE = 4
"""Tenants that one process upgrades at the same time for requests and jobs."""
RETRY_AFTER = 5

Result = TypeVar("Result")


class UnderWay(Generic[Result]):
    """What is being upgraded in this process, by tenant. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._futures: dict[str, Future[Result]] = {}

    def wait(self, tenant_id: str, upgrade: Callable[[], Result], patience: float) -> Result:
        """What `upgrade` returns or raises; it is begun unless it is under way already.

        Raises Unavailable when that takes longer than `patience`, or when the process has enough
        of them: the upgrade goes on, and whoever comes back finds it done.
        """
        future = self._joined(tenant_id, upgrade)
        if future is None:
            raise _later()
        try:
            return future.result(patience)
        except TimeoutError:
            if future.done():
                return future.result()
            raise _later() from None

    def _joined(self, tenant_id: str, upgrade: Callable[[], Result]) -> Future[Result] | None:
        with self._lock:
            known = self._futures.get(tenant_id)
            if known is not None:
                return known
            if len(self._futures) >= AT_ONCE:
                return None
            future = self._futures[tenant_id] = Future()
        threading.Thread(
            target=self._run, args=(tenant_id, upgrade, future), name="upgrade", daemon=True
        ).start()
        return future

    def _run(self, tenant_id: str, upgrade: Callable[[], Result], future: Future[Result]) -> None:
        try:
            result = upgrade()
        except BaseException as error:
            self._forget(tenant_id)
            future.set_exception(error)
        else:
            self._forget(tenant_id)
            future.set_result(result)

    def _forget(self, tenant_id: str) -> None:
        with self._lock:
            del self._futures[tenant_id]


def _later() -> Unavailable:
    return Unavailable(
        phrase("This company's data is being brought up to a new version."),
        retry_after=RETRY_AFTER,
        fix=phrase("It takes a moment longer. Please come back shortly."),
    )
