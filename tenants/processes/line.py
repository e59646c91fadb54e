"""What the parent of all and a generation say to each other: one JSON object a line.

The generation tells what it has loaded (`loaded`, `refused`), that it cannot start (`failed`), and
each of its processes that ended by itself (`ended`). The parent orders it to `take over` or to
`leave`. When the line is cut, the other has died.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Line:
    """One end of the line."""

    end: socket.socket
    cut: bool = False
    _rest: bytes = b""

    def __post_init__(self) -> None:
        self.end.setblocking(False)

    def say(self, **fields: Any) -> None:
        """Tell the other end; nothing where nobody listens any more."""
        with contextlib.suppress(OSError):
            self.end.setblocking(True)
            self.end.sendall(json.dumps(fields).encode() + b"\n")
        self.end.setblocking(False)

    def hear(self, seconds: float = 0.0) -> list[dict[str, Any]]:
        """What was said since, waiting for it this long at most."""
        if self.cut or not _readable(self.end, seconds):
            return []
        try:
            heard = self.end.recv(65536)
        except BlockingIOError:
            return []
        except OSError:
            heard = b""
        self.cut = not heard
        *whole, self._rest = (self._rest + heard).split(b"\n")
        return [json.loads(each) for each in whole]


def line() -> tuple[Line, socket.socket]:
    """This end of a new line, and the socket of the other."""
    here, there = socket.socketpair()
    return Line(here), there


def _readable(end: socket.socket, seconds: float) -> bool:
    with contextlib.suppress(InterruptedError):
        return bool(select.select([end], [], [], seconds)[0])
    return False
