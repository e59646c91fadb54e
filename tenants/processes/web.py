"""A web process: uvicorn around the application of this process's kernel.

It listens nowhere: its connections come through a channel. Told to leave (SIGUSR1), it answers
what it has with `Connection: close`, so that each client comes back over a new connection, which
leads to its successor; it ends when the last one has gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Iterator
from typing import Any, Final

import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from core.addons.catalog import Catalog
from core.config import Config
from core.tracing.current import Tracer
from core.tracing.starting import traced
from core.web.app import build_app
from tenants.composition import kernel_on
from tenants.control import find_cluster
from tenants.processes.channel import BEGUN, ENDED, take
from tenants.processes.settling import settle

GRACE_SECONDS = 20
"""How long requests under way may take when the process is told to stop."""
IDLE_SECONDS: Final = 15.0
"""After how long a leaving process hangs up on those who never asked anything."""
LEAVE_SECONDS: Final = 600.0
"""How long a leaving process waits for the last answer under way."""
_CLOSE: Final = (b"connection", b"close")


def serve(config: Config, catalog: Catalog, given: socket.socket, generation: int) -> None:
    """Serve the connections that are handed over, until told to stop or to leave."""
    with (
        traced(config.traces, process="web", generation=generation) as tracer,
        _settings(config, catalog, tracer) as settings,
    ):
        _Server(settings, given).run(sockets=[])


@contextlib.contextmanager
def _settings(config: Config, catalog: Catalog, tracer: Tracer | None) -> Iterator[uvicorn.Config]:
    cluster = find_cluster(config)
    try:
        with kernel_on(config, cluster, catalog, tracer) as kernel:
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
    """uvicorn over a channel, that can leave as well as stop."""

    def __init__(self, settings: uvicorn.Config, given: socket.socket) -> None:
        super().__init__(settings)
        self._given = given
        self._greetings: set[asyncio.Task[Any]] = set()
        self._left_at: float | None = None
        self._hung_up = False

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ends by returning, where uvicorn would die of the signal again before we tidied up."""
        before = {sign: signal.signal(sign, self.handle_exit) for sign in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for sign, handler in before.items():
                signal.signal(sign, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._protocol_class = _reporting(self.config.http_protocol_class, self._given)
        # Once it is upgraded, a connection belongs to the websocket's protocol alone.
        self.config.ws_protocol_class = _reporting(self.config.ws_protocol_class, self._given)
        with contextlib.suppress(OSError):
            self._given.send(BEGUN)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, self._leave)
        loop.add_reader(self._given, self._take)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().remove_reader(self._given)
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._has_left()

    def _take(self) -> None:
        connection = take(self._given)
        if connection is None:
            return
        loop = asyncio.get_running_loop()
        greeting = loop.create_task(loop.connect_accepted_socket(self._new_protocol, connection))
        self._greetings.add(greeting)
        greeting.add_done_callback(self._greetings.discard)

    def _leave(self) -> None:
        """Ask every client to come back over a new connection."""
        if self._left_at is not None:
            return
        self._left_at = time.monotonic()
        self.config.encoded_headers.append(_CLOSE)
        self.server_state.default_headers = [*self.server_state.default_headers, _CLOSE]
        for connection in list(self.server_state.connections):
            if not hasattr(connection, "cycle"):  # a websocket, which ends with 1012 "restart"
                connection.shutdown()

    def _has_left(self) -> bool:
        if self._left_at is None:
            return False
        passed = time.monotonic() - self._left_at
        if passed > IDLE_SECONDS and not self._hung_up:
            self._hung_up = True
            for connection in list(self.server_state.connections):
                connection.shutdown()
        busy = self.server_state.connections or self.server_state.tasks or self._greetings
        return not busy or passed > LEAVE_SECONDS

    def _new_protocol(self) -> asyncio.Protocol:
        return self._protocol_class(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


def _reporting(base: Any, given: socket.socket) -> Any:
    """A protocol of uvicorn's, which also tells the dispatcher of each connection that ended."""

    class Reporting(base):
        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            with contextlib.suppress(OSError):
                given.send(ENDED)

    return Reporting
