"""The way to one web process: connections go there, and it tells when they have ended.

Both ends are held by the parent of all for as long as there is use for the channel, so that
connections that were sent and not yet taken outlive the process that was to take them.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

ENDED: Final = b"-"
"""A web process writes it for each connection that ended,"""
BEGUN: Final = b"0"
"""and this when it starts: it has no connections yet."""


@dataclass(slots=True)
class Channel:
    """`here` is the parent's end, `there` the web process's; `open` counts its connections."""

    here: socket.socket
    there: socket.socket
    open: int = 0

    def hand_over(self, connection: socket.socket) -> bool:
        """Send a connection, which the caller closes here; False if the queue is full."""
        try:
            socket.send_fds(self.here, [b"+"], [connection.fileno()])
        except OSError:
            return False
        self.open += 1
        return True

    def count_ended(self) -> None:
        """Take note of what the web process has told."""
        with contextlib.suppress(BlockingIOError):
            told = self.here.recv(65536)
            _, begun, since = told.rpartition(BEGUN)
            before = 0 if begun else self.open
            self.open = max(0, before - since.count(ENDED))

    def not_taken(self) -> Iterator[socket.socket]:
        """The connections that nobody took; for when the process at the other end has gone."""
        while (connection := take(self.there)) is not None:
            yield connection

    def close(self) -> None:
        """Let go of both ends."""
        self.here.close()
        self.there.close()


def channel() -> Channel:
    """A channel whose ends never block."""
    here, there = socket.socketpair()
    here.setblocking(False)
    there.setblocking(False)
    return Channel(here, there)


def take(there: socket.socket) -> socket.socket | None:
    """The next connection that was handed over, or None if there is none now."""
    try:
        _, descriptors, _, _ = socket.recv_fds(there, 1, 1)
    except (BlockingIOError, ConnectionResetError):
        return None
    for descriptor in descriptors:
        connection = socket.socket(fileno=descriptor)
        connection.setblocking(False)
        return connection
    return None
