"""Looks after the embedded PostgreSQL while the platform is up: a server that died is started."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import structlog

from core.db import embedded_process
from core.db.embedded import Embedded, EmbeddedError
from core.db.embedded import start as start_embedded
from tenants.control import Cluster

LOOK_SECONDS = 1.0
PAUSE_SECONDS = 10.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class DatabaseKeeper:
    """Call `look` often; it looks once a second. A server that is not ours is not touched."""

    cluster: Cluster
    _again: list[Embedded] = field(default_factory=list)
    _next: float = 0.0

    def look(self) -> None:
        """Start the server if it is dead; processes connect to it again by themselves."""
        server, now = self.cluster.embedded, time.monotonic()
        if server is None or now < self._next:
            return
        self._next = now + LOOK_SECONDS
        if embedded_process.find(server.folder / "data") is not None:
            return
        log.error("PostgreSQL ended and is started again")
        try:
            self._again.append(start_embedded(server.folder))
        except EmbeddedError as error:
            log.error("PostgreSQL does not start", reason=error.message)
            self._next = now + PAUSE_SECONDS

    def stop(self) -> None:
        """Let go of what was started here."""
        for server in self._again:
            server.stop()
