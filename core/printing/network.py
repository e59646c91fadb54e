"""Sends bytes to a printer in the network: raw TCP, port 9100, as receipt and label printers have.

Whoever calls this decides which addresses may be reached: a server that many companies share must
not be talked into knocking at doors of its own network.
"""

from __future__ import annotations

import socket
from typing import Final

from core.errors import Unavailable
from core.i18n.phrases import phrase

PORT: Final = 9100
CONNECT_SECONDS: Final = 3.0
SEND_SECONDS: Final = 15.0


def send_to_printer(host: str, data: bytes, *, port: int = PORT) -> None:
    """Print these bytes; returns once the printer has taken all of them and closed its side or
    had time to. Raises Unavailable when it cannot be reached or stops taking them."""
    try:
        with socket.create_connection((host, port), timeout=CONNECT_SECONDS) as connection:
            connection.settimeout(SEND_SECONDS)
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            _await_end(connection)
    except OSError as error:
        raise Unavailable(
            phrase("The printer {host} cannot be reached.", host=f"{host}:{port}"),
            fix="Is it switched on, has it paper, and is it in this network?",
        ) from error


def _await_end(connection: socket.socket) -> None:
    """Closing at once would make some printers drop what they have not read yet; those that
    never close their side are left after a moment."""
    connection.settimeout(1.0)
    try:
        while connection.recv(256):
            pass
    except TimeoutError:
        return
