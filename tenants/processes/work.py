"""A worker process: the jobs of all tenants, and tidying up after killed processes."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta

import structlog

from core.addons.catalog import Catalog
from core.config import Config
from core.jobs.worker import run_worker
from core.kernel import Kernel
from tenants.composition import kernel_on
from tenants.control import find_cluster
from tenants.processes.settling import settle
from tenants.provisioning.sweep import sweep

SWEEP_EVERY = timedelta(minutes=5)

log = structlog.get_logger(__name__)


def work(config: Config, catalog: Catalog) -> None:
    """Run jobs until told to stop by SIGINT or SIGTERM, then finish those under way."""
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    cluster = find_cluster(config)
    try:
        with kernel_on(config, cluster, catalog) as kernel:
            settle()
            sweeper = threading.Thread(target=_sweep_regularly, args=(kernel, stop), daemon=True)
            sweeper.start()
            run_worker(kernel, stop)
            sweeper.join(timeout=5)
    finally:
        cluster.stop()


def _sweep_regularly(kernel: Kernel, stop: threading.Event) -> None:
    while not stop.wait(SWEEP_EVERY.total_seconds()):
        try:
            sweep(kernel)
        except Exception:  # an outage ends, and the next turn comes
            log.exception("sweep failed")
