"""A web process: uvicorn around the application of this process's kernel."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from core.addons.catalog import Catalog
from core.config import Config
from core.web.app import build_app
from tenants.composition import kernel_on
from tenants.control import find_cluster
from tenants.processes.settling import settle

GRACE_SECONDS = 20
"""How long requests under way may take when the process is told to stop."""


def serve_alone(config: Config, catalog: Catalog, bound: socket.socket) -> None:
    """Serve what connects to this socket, until told to stop by SIGINT or SIGTERM."""
    with _settings(config, catalog) as settings:
        _Server(settings).run(sockets=[bound])


def serve_dispatched(config: Config, catalog: Catalog, given: socket.socket) -> None:
    """Serve the connections that the dispatcher hands over, until told to stop."""
    with _settings(config, catalog) as settings:
        _DispatchedServer(settings, given).run(sockets=[])


@contextlib.contextmanager
def _settings(config: Config, catalog: Catalog) -> Iterator[uvicorn.Config]:
    cluster = find_cluster(config)
    try:
        with kernel_on(config, cluster, catalog) as kernel:
            app = build_app(kernel)
            settle()
            yield uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
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


class _DispatchedServer(_Server):
    """Listens nowhere: its connections come through a channel (see `dispatcher`)."""

    def __init__(self, settings: uvicorn.Config, given: socket.socket) -> None:
        super().__init__(settings)
        self._given = given
        self._greetings: set[asyncio.Task[Any]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._protocol_class = _reporting(self.config, self._given)
        asyncio.get_running_loop().add_reader(self._given, self._take)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().remove_reader(self._given)
        await super().shutdown(sockets)

    def _take(self) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(BlockingIOError):
            _, descriptors, _, _ = socket.recv_fds(self._given, 1, 1)
            for descriptor in descriptors:
                connection = socket.socket(fileno=descriptor)
                connection.setblocking(False)
                greeting = loop.create_task(
                    loop.connect_accepted_socket(self._new_protocol, connection)
                )
                self._greetings.add(greeting)
                greeting.add_done_callback(self._greetings.discard)

    def _new_protocol(self) -> asyncio.Protocol:
        return self._protocol_class(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


def _reporting(config: uvicorn.Config, given: socket.socket) -> Any:
    """uvicorn's protocol, which also tells the dispatcher of each connection that ended."""
    base: Any = config.http_protocol_class

    class Reporting(base):
        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            with contextlib.suppress(OSError):
                given.send(b"-")

    return Reporting
