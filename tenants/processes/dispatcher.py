"""Gives each connection to the web process that already serves its tenant.

Opening a database connection costs more than most requests, so a tenant should keep to the
process that holds one. The parent accepts, looks at the Host header without taking it from
the stream, and hands the connection itself over. Of equally good processes the same host
always gets the same one; when that one has many more open connections than another, the other
helps, so that one busy tenant can use the whole machine.
"""

from __future__ import annotations

import contextlib
import re
import selectors
import socket
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from tenants.processes.channel import Channel

HELP_FROM = 8
"""Open connections by which the preferred process may exceed twice the least busy one."""
SILENCE_SECONDS = 5.0
"""How long a connection that has sent nothing yet is kept here: browsers open some in advance."""
BACKLOG = 2048
_PEEK = 4096
_HOST = re.compile(rb"\r\nhost:[ \t]*([^\r\n]*)", re.IGNORECASE)


@dataclass(slots=True)
class Dispatcher:
    """Runs in the parent, between its looks at the processes."""

    listening: socket.socket
    channels: Sequence[Channel] = ()
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _silent: OrderedDict[socket.socket, float] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.listening.setblocking(False)
        self._selector.register(self.listening, selectors.EVENT_READ)
        first, self.channels = self.channels, ()
        self.lead_to(first)

    def lead_to(self, channels: Sequence[Channel]) -> None:
        """Send every connection from now on to these processes, and none to those before."""
        for each in self.channels:
            self._selector.unregister(each.here)
        self.channels = tuple(channels)
        if channels:
            # Not before: until somebody serves, connections are refused.
            self.listening.listen(BACKLOG)
        for each in self.channels:
            self._selector.register(each.here, selectors.EVENT_READ, each)

    def run_for(self, seconds: float) -> None:
        """Hand connections over as they come, for about this long.

        As long as nobody serves, they wait where the operating system keeps them.
        """
        if not self.channels:
            time.sleep(seconds)
            return
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            for key, _ in self._selector.select(left):
                if key.fileobj is self.listening:
                    self._accept()
                elif isinstance(key.data, Channel):
                    key.data.count_ended()
                else:
                    assert isinstance(key.fileobj, socket.socket)
                    self._hand_over(key.fileobj)
        now = time.monotonic()
        while self._silent and next(iter(self._silent.values())) < now - SILENCE_SECONDS:
            self._hand_over(next(iter(self._silent)))

    def admit(self, connection: socket.socket) -> None:
        """Take a connection in as if it had just been accepted."""
        connection.setblocking(False)
        self._silent[connection] = time.monotonic()
        self._selector.register(connection, selectors.EVENT_READ)

    def close(self) -> None:
        """Take no more connections."""
        self._selector.close()
        for connection in self._silent:
            connection.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # somebody changed their mind, or too many are open
            connection, _ = self.listening.accept()
            self.admit(connection)

    def _hand_over(self, connection: socket.socket) -> None:
        self._selector.unregister(connection)
        del self._silent[connection]
        with connection:
            for each in self._by_preference(_host(connection)):
                if each.hand_over(connection):
                    return

    def _by_preference(self, host: bytes) -> list[Channel]:
        def score(index: int) -> bytes:
            return blake2b(b"%d %s" % (index, host), digest_size=8).digest()

        ranked = sorted(range(len(self.channels)), key=score)
        ordered = [self.channels[index] for index in ranked]
        least = min(ordered, key=lambda each: each.open)
        if ordered[0].open > 2 * least.open + HELP_FROM:
            ordered.remove(least)
            ordered.insert(0, least)
        return ordered


def _host(connection: socket.socket) -> bytes:
    """The header's value as it was sent, or nothing if it has not come yet."""
    try:
        head = connection.recv(_PEEK, socket.MSG_PEEK)
    except OSError:
        return b""
    found = _HOST.search(head)
    return found.group(1).strip().lower() if found else b""
