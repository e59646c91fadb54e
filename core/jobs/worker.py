"""A worker process: huey's threads serve wake-ups, others keep watch and keep time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import structlog
from huey.consumer import Consumer

from core.db.base import utc_now
from core.jobs.schedules import start_due
from core.jobs.serving import Serving
from core.jobs.wake_up import WakeUp

if TYPE_CHECKING:
    from core.kernel import Kernel

SWEEP_SECONDS: Final = 2.0
TICK_SECONDS: Final = 5.0
BEAT_SECONDS: Final = 10.0
HEALTH_SECONDS: Final = 5.0
RESEND_SECONDS: Final = 10.0
"""After how long a wake-up that nobody took is sent again, if the queue is short."""
LONGEST_OUTAGE_PAUSE: Final = 2.0
"""How long a thread waits before it asks again a queue that was out of reach."""
GRACE_SECONDS: Final = 30.0
"""How long a worker that is told to stop waits for the jobs that it runs."""

log = structlog.get_logger(__name__)


def run_worker(
    kernel: Kernel, stop: threading.Event, *, grace_seconds: float = GRACE_SECONDS
) -> None:
    """Work until `stop` is set, then finish the running jobs within the grace period.

    A job that takes longer is abandoned when the process ends: its transaction rolls back, and
    another worker runs it again. Signals are the caller's business.
    """
    serving = Serving(kernel)
    carrier, board = kernel.board.carrier, kernel.board

    def receive(wake_up: WakeUp) -> None:
        if stop.is_set():
            carrier.send(wake_up)  # for another worker; this one begins nothing new
        else:
            serving.serve(wake_up)

    carrier.receive(receive)
    # huey tells of each message; the jobs are told of where they run.
    logging.getLogger("huey").setLevel(logging.WARNING)

    def sweep() -> None:
        board.sweep(resend_after=RESEND_SECONDS + 2 * serving.delay)

    chores = [
        _Chore("sweep", SWEEP_SECONDS, sweep, stop),
        _Chore("schedules", TICK_SECONDS, lambda: start_due(kernel, utc_now()), stop),
        _Chore("beat", BEAT_SECONDS, lambda: board.beat(serving.beat()), stop),
    ]
    consumer = _Consumer(
        carrier.huey,
        workers=kernel.config.worker_threads,
        periodic=False,
        max_delay=LONGEST_OUTAGE_PAUSE,
        shutdown_timeout=grace_seconds,
    )
    consumer.start()
    for chore in chores:
        chore.start()
    log.info("worker started", threads=kernel.config.worker_threads)
    while not stop.wait(HEALTH_SECONDS):
        consumer.check_worker_health()
    consumer.stop(graceful=True)
    for chore in chores:
        chore.join(timeout=1)
    log.info("worker stopped", left_running=serving.beat().running)


class _Consumer(Consumer):
    """huey's consumer without its signal handlers, so that it runs in any thread."""

    def _set_signal_handlers(self) -> None:
        pass


class _Chore(threading.Thread):
    """Something done every so many seconds, come what may, until told to stop."""

    def __init__(
        self, name: str, seconds: float, action: Callable[[], Any], stop: threading.Event
    ) -> None:
        super().__init__(name=f"jobs-{name}", daemon=True)
        self._seconds = seconds
        self._action = action
        self._stopping = stop

    def run(self) -> None:
        failing = False
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                self._action()
                failing = False
            except Exception as error:  # an outage ends; the chore must be there then
                if not failing:
                    log.warning(f"{self.name} failed", reason=str(error).strip())
                failing = True
            self._stopping.wait(max(0.1, self._seconds - (time.monotonic() - began)))
