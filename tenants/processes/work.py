"""A worker process: the jobs of all tenants, tidying up after killed processes, and databases that
stand ready for new tenants."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import timedelta

import structlog

from core.addons.catalog import Catalog
from core.config import Config
from core.jobs.worker import run_worker
from core.tracing.starting import traced
from tenants.composition import kernel_on
from tenants.control import find_cluster
from tenants.processes.settling import settle
from tenants.provisioning import standby
from tenants.provisioning.sweep import sweep

SWEEP_EVERY = timedelta(minutes=5)
FILL_EVERY = timedelta(seconds=5)

log = structlog.get_logger(__name__)


def work(config: Config, catalog: Catalog, generation: int) -> None:
    """Run jobs until told to stop by SIGINT or SIGTERM, then finish those under way."""
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    cluster = find_cluster(config)
    try:
        with (
            traced(config.traces, process="worker", generation=generation) as tracer,
            kernel_on(config, cluster, catalog, tracer) as kernel,
        ):
            settle()
            beside = [
                _regularly("sweep", SWEEP_EVERY, lambda: sweep(kernel), stop),
                _regularly("standby", FILL_EVERY, lambda: standby.fill(kernel), stop),
            ]
            run_worker(kernel, stop)
            for thread in beside:
                thread.join(timeout=5)
    finally:
        cluster.stop()


def _regularly(
    name: str, pause: timedelta, look: Callable[[], object], stop: threading.Event
) -> threading.Thread:
    """A thread that looks again and again until it is told to stop."""

    def run() -> None:
        while not stop.wait(pause.total_seconds()):
            try:
                look()
            except Exception:  # an outage ends, and the next turn comes
                log.exception("could not tidy up", what=name)

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread
