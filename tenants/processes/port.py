"""The port that web processes serve on, taken before anything else is started."""

from __future__ import annotations

import errno
import socket

from core.errors import Unavailable


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to this address; raises Unavailable when somebody else has it.

    It does not listen yet: connections are refused until a process is there to serve them.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    # A server that has just stopped leaves connections behind that would hold the port.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise _explained(error, host, port) from error
    return bound


def _explained(error: OSError, host: str, port: int) -> Unavailable:
    if error.errno == errno.EADDRINUSE:
        return Unavailable(
            f"Port {port} is taken by another program.",
            fix=f"Stop that one, or choose another port: AORABOOKS_PORT={port + 1}.",
        )
    if error.errno == errno.EACCES:
        return Unavailable(f"This user may not serve on port {port}.", fix="Choose one above 1023.")
    return Unavailable(f"Cannot serve on {host}:{port}: {error.strerror}.")
