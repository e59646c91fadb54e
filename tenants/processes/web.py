"""A web process: uvicorn around the application of this process's kernel."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Iterator

import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from core.addons.catalog import Catalog
from core.config import Config
from core.web.app import build_app
from tenants.composition import kernel_on
from tenants.control import find_cluster

GRACE_SECONDS = 20
"""How long requests under way may take when the process is told to stop."""


def serve_web(config: Config, catalog: Catalog, bound: socket.socket) -> None:
    """Serve until told to stop by SIGINT or SIGTERM, then finish what is under way."""
    cluster = find_cluster(config)
    try:
        with kernel_on(config, cluster, catalog) as kernel:
            settings = uvicorn.Config(
                build_app(kernel),
                log_config=None,
                access_log=False,
                server_header=False,
                # Who is in front decides what a forwarded address is worth: FORWARDED_ALLOW_IPS.
                proxy_headers=True,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
            _Server(settings).run(sockets=[bound])
    finally:
        cluster.stop()


class _Server(uvicorn.Server):
    """Ends by returning, where uvicorn would die of the signal again before we could tidy up."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {sign: signal.signal(sign, self.handle_exit) for sign in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for sign, handler in before.items():
                signal.signal(sign, handler)
