"""Looks after the embedded PostgreSQL while the platform is up: a server that died is started."""

from __future__ import annotations

import time
from dataclasses import dataclass

import structlog

from core.db import embedded, embedded_process
from core.db.embedded import Embedded, EmbeddedError

LOOK_SECONDS = 1.0
PAUSE_SECONDS = 10.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class DatabaseKeeper:
    """Call `look` often; it looks once a second. A server that is not ours is not touched."""

    server: Embedded
    _next: float = 0.0

    def look(self) -> None:
        """Start the server if it is dead; processes connect to it again by themselves."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + LOOK_SECONDS
        if embedded_process.find(self.server.folder / "data") is not None:
            return
        log.error("PostgreSQL ended and is started again")
        try:
            again = embedded.start(self.server.folder)
        except EmbeddedError as error:
            log.error("PostgreSQL does not start", reason=error.message)
            self._next = now + PAUSE_SECONDS
        else:
            before, self.server = self.server, again
            before.stop()  # which stops nothing, since `again` uses the server

    def stop(self) -> None:
        """Let go of the server; the last one to do so stops it."""
        self.server.stop()
