"""Asks a web process whether it is ready, over a connection of its own through its channel."""

from __future__ import annotations

import contextlib
import socket
import time
from dataclasses import dataclass, field
from typing import Final

from tenants.processes.channel import Channel

AGAIN_SECONDS: Final = 0.5
_REQUEST: Final = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
_READY: Final = b"HTTP/1.1 200 "


@dataclass(slots=True)
class Question:
    """`/readyz` of one web process, asked again until it says yes."""

    channel: Channel
    _waiting: socket.socket | None = None
    _heard: bytes = b""
    _ask_at: float = field(default=0.0)
    _yes: bool = False

    def is_answered(self) -> bool:
        """Whether the process has said that it is ready; never waits."""
        if not self._yes and self._waiting is None and time.monotonic() >= self._ask_at:
            self._ask()
        if self._waiting is not None:
            self._listen(self._waiting)
        return self._yes

    def drop(self) -> None:
        """Stop asking."""
        if self._waiting is not None:
            self._waiting.close()
            self._waiting = None

    def _ask(self) -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            ours.send(_REQUEST)
            if self.channel.hand_over(theirs):
                self._waiting, self._heard = ours, b""
            else:
                ours.close()
                self._ask_at = time.monotonic() + AGAIN_SECONDS

    def _listen(self, ours: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError):
            try:
                part = ours.recv(4096)
            except OSError as error:
                if isinstance(error, BlockingIOError):
                    raise
                part = b""
            self._heard += part
            if not part or len(self._heard) >= len(_READY):
                self._yes = self._heard.startswith(_READY)
                self._ask_at = time.monotonic() + AGAIN_SECONDS
                self.drop()
