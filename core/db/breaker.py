"""Which database servers are out of reach, so that nobody waits for them in vain.

A server that refuses connections, or lets them hang, is left alone for some seconds: whoever wants
to go there is told at once. Then one is let through to look, while the others are still told. So a
dead server takes no thread from the companies of the others, and is used again by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import psycopg

from core.clock import utc_now
from core.errors import Unavailable
from core.i18n.phrases import phrase

Place = tuple[str, int]
"""Host and port."""

PAUSE: Final = 2.0
"""Seconds between two looks at a server that is out of reach."""
HANGING: Final = 3.0
"""Seconds after which an attempt that has no answer counts as a sign that there will be none, if
nobody else was answered since."""


@dataclass(slots=True)
class _Server:
    attempts: dict[int, float] = field(default_factory=dict)
    answered_at: float = float("-inf")
    down_since: datetime | None = None
    next_look: float = 0.0


class OutOfReach(Unavailable):
    """The server lets nobody in: `since` when, where it cannot be reached at all."""

    def __init__(self, since: datetime | None, server: str = "") -> None:
        message = phrase("The database cannot be reached. Please try again in a moment.")
        fix = ""
        if since is not None:
            moment = f"{since:%Y-%m-%d %H:%M} UTC"
            message = phrase("The database cannot be reached since {moment}.", moment=moment)
            if server:
                message = phrase(
                    "The database server {server} cannot be reached since {moment}.",
                    server=server,
                    moment=moment,
                )
            fix = phrase("Your data is safe. As soon as it is back, everything goes on by itself.")
        super().__init__(message, retry_after=5, fix=fix)
        self.since = since

    def of(self, server: str) -> OutOfReach:
        """The same, told with what the operator calls the server, where it is to be named."""
        return OutOfReach(self.since, server)


class Breaker:
    """What this process knows of the servers. Thread-safe."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._servers: dict[Place, _Server] = {}

    def enter(self, place: Place) -> datetime | None:
        """Whether this thread may try now: None, or since when the server is out of reach. Whoever
        may try says afterwards what came of it."""
        now = self._clock()
        with self._lock:
            server = self._servers.setdefault(place, _Server())
            hangs = any(
                now - began > HANGING and began > server.answered_at
                for began in server.attempts.values()
            )
            if server.down_since is None and not hangs:
                server.attempts[threading.get_ident()] = now
                return None
            if server.down_since is None:
                server.down_since = utc_now()
            if server.attempts or now < server.next_look:
                return server.down_since
            server.attempts[threading.get_ident()] = now
            return None

    def reached(self, place: Place) -> None:
        """The server has answered."""
        with self._lock:
            server = self._servers.setdefault(place, _Server())
            server.attempts.pop(threading.get_ident(), None)
            server.answered_at, server.down_since = self._clock(), None

    def failed(self, place: Place, *, gone: bool) -> datetime | None:
        """It has not let this thread in; `gone`: it cannot have been reached at all. Gives since
        when that is so."""
        with self._lock:
            server = self._servers.setdefault(place, _Server())
            server.attempts.pop(threading.get_ident(), None)
            if gone:
                server.down_since = server.down_since or utc_now()
                server.next_look = self._clock() + PAUSE
            else:
                server.down_since = None
            return server.down_since


def is_gone(error: psycopg.OperationalError) -> bool:
    """Whether no server has answered, or one that is not up yet or no more. What a server says of a
    role or a database is an answer."""
    said = str(error)
    return "FATAL" not in said or "the database system is" in said
