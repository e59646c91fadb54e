"""Closes connections and tells when their backends are really gone.

A backend that was told to go still counts in `pg_stat_activity` for some milliseconds. A
duplicate of the socket outlives the connection here: when it reads the end of file, the
server has closed its end, which it does last. One thread waits for any number of them.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

PATIENCE = 2.0
"""Seconds after which a backend counts as gone though its socket is open: it may be stuck in
a lock of its own, and places must not be lost for ever."""


@dataclass(frozen=True, slots=True)
class _Farewell:
    then: Callable[[], None]
    deadline: float


class Goodbyes:
    """Says goodbye on behalf of the broker; one thread, started with the first goodbye."""

    def __init__(self) -> None:
        self._wake_reader, self._wake_writer = os.pipe()
        os.set_blocking(self._wake_reader, False)
        self._poll = select.poll()
        self._poll.register(self._wake_reader, select.POLLIN)
        self._leaving: dict[int, _Farewell] = {}
        self._lock = threading.Lock()
        self._stopped = False
        self._thread: threading.Thread | None = None

    def say(self, connection: psycopg.Connection, then: Callable[[], None]) -> None:
        """Close the connection now; `then` is called, in another thread, once it is gone."""
        try:
            witness = os.dup(connection.pgconn.socket)
        except (psycopg.Error, OSError):
            connection.close()
            then()
            return
        connection.close()
        with self._lock:
            self._leaving[witness] = _Farewell(then, time.monotonic() + PATIENCE)
            self._poll.register(witness, select.POLLIN)
            if self._thread is None:
                self._thread = threading.Thread(target=self._wait, name="goodbyes", daemon=True)
                self._thread.start()
        self._wake()

    def stop(self) -> None:
        """Wait for the backends that are leaving, then end the thread."""
        self._stopped = True
        self._wake()
        if self._thread is not None:
            self._thread.join(PATIENCE + 1)

    def _wake(self) -> None:
        os.write(self._wake_writer, b"!")

    def _wait(self) -> None:
        while self._leaving or not self._stopped:
            ready = self._poll.poll(500 if self._leaving else None)
            for descriptor, _ in ready:
                if descriptor == self._wake_reader:
                    with contextlib.suppress(BlockingIOError):
                        os.read(self._wake_reader, 4096)
                elif _is_at_its_end(descriptor):
                    self._gone(descriptor)
            if not ready:
                self._give_up_on_the_late()

    def _gone(self, witness: int) -> None:
        with self._lock:
            self._poll.unregister(witness)
            farewell = self._leaving.pop(witness)
        os.close(witness)
        farewell.then()

    def _give_up_on_the_late(self) -> None:
        now = time.monotonic()
        with self._lock:
            late = [w for w, farewell in self._leaving.items() if farewell.deadline < now]
        for witness in late:
            self._gone(witness)


def _is_at_its_end(witness: int) -> bool:
    try:
        return not os.read(witness, 4096)
    except BlockingIOError:
        return False
    except OSError:
        return True
