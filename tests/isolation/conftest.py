"""A platform as it runs: one uvicorn server and one worker over few pooled connections.

Four companies with the noisy addon share five connections, so that every connection is taken
away and given to somebody else all the time.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
import uvicorn

from core import log
from core.config import Config
from core.jobs.worker import run_worker
from core.kernel import Kernel
from core.web.app import build_app
from tenants.control import Cluster
from tenants.testing.tenants import fresh_tenant
from tests.isolation.company import Company, open_company
from tests.waiting import PATIENCE

ADDONS = Path(__file__).parent / "addons"
BUDGET = 5
NAMES = ("amber", "birch", "cedar", "dune")


@pytest.fixture(scope="package")
def isolation_kernel(config: Config, cluster: Cluster) -> Iterator[Kernel]:
    """A kernel of its own: a small budget, and the noisy addon beside the shipped ones."""
    from tenants.composition import kernel_on, load_catalog

    crowded = replace(
        config,
        addon_path=ADDONS,
        connection_budget=BUDGET,
        checkout_timeout=10.0,
        threads=8,
        worker_threads=2,
    )
    with kernel_on(crowded, cluster, load_catalog(crowded)) as kernel:
        yield kernel


@pytest.fixture(scope="package")
def log_lines() -> Iterator[io.StringIO]:
    """Everything that the process logs while the companies work, as JSON lines."""
    lines = io.StringIO()
    before = structlog.get_config()
    log.configure(stream=lines, pretty=False)
    yield lines
    structlog.configure(**before)


@pytest.fixture(scope="package")
def address(isolation_kernel: Kernel, log_lines: io.StringIO) -> Iterator[tuple[str, int]]:
    """The web server and the worker, for these tests alone: the worker serves every tenant of the
    run's control plane, and would do the work of other tests before they do it themselves."""
    config = uvicorn.Config(build_app(isolation_kernel), port=0, log_config=None)
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    listening.listen()
    stop = threading.Event()
    web = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    work = threading.Thread(target=run_worker, args=(isolation_kernel, stop), daemon=True)
    web.start()
    work.start()
    yield listening.getsockname()[:2]
    stop.set()
    server.should_exit = True
    web.join(PATIENCE)
    work.join(PATIENCE)


@pytest.fixture(scope="package")
def companies(isolation_kernel: Kernel, address: tuple[str, int]) -> Iterator[list[Company]]:
    """Four companies, each with an administrator who holds a token and a browser session."""
    with (
        fresh_tenant(isolation_kernel, NAMES[0]) as first,
        fresh_tenant(isolation_kernel, NAMES[1]) as second,
        fresh_tenant(isolation_kernel, NAMES[2]) as third,
        fresh_tenant(isolation_kernel, NAMES[3]) as fourth,
    ):
        opened = [
            open_company(isolation_kernel, tenant, address)
            for tenant in (first, second, third, fourth)
        ]
        yield opened
        for company in opened:
            company.close()
