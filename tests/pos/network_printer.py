"""A receipt printer in the network: raw TCP at port 9100."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 60.0
"""Seconds until nobody is waited for any more."""


class Printer:
    """A printer at an address of this machine that nobody else has, port 9100."""

    def __init__(self) -> None:
        self.address = "127." + ".".join(str(1 + secrets.randbelow(250)) for _ in range(3))
        self.paper = bytearray()

    @contextmanager
    def on(self) -> Iterator[None]:
        """Take what one client prints, and close as printers do."""
        with socket.create_server((self.address, 9100)) as server:
            server.settimeout(PATIENCE)
            thread = threading.Thread(target=self._take, args=(server,))
            thread.start()
            yield
            thread.join()

    def _take(self, server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            while part := connection.recv(4096):
                self.paper += part
