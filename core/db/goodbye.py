"""Closes connections and tells when their backends are really gone.

A backend that was told to go still counts in `pg_stat_activity` for some milliseconds. A
duplicate of the socket outlives the connection here: when it reads the end of file, the
server has closed its end, which it does last. One thread waits for any number of them.
"""

from __future__ import annotations

import os
import selectors
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

PATIENCE = 2.0
"""Seconds after which a backend counts as gone though its socket is open: it may be stuck in
a lock of its own, and places must not be lost for ever."""
_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class _Farewell:
    then: Callable[[], None]
    deadline: float


class Goodbyes:
    """Says goodbye on behalf of the broker; one thread, started with the first goodbye."""

    def __init__(self) -> None:
        # epoll or kqueue: what is registered while the thread waits is waited for at once.
        self._selector = selectors.DefaultSelector()
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
            farewell = _Farewell(then, time.monotonic() + PATIENCE)
            self._selector.register(witness, selectors.EVENT_READ, farewell)
            if self._thread is None:
                self._thread = threading.Thread(target=self._wait, name="goodbyes", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Wait for the backends that are leaving, then end the thread."""
        self._stopped = True
        if self._thread is not None:
            self._thread.join(PATIENCE + 1)
        else:
            self._selector.close()

    def _wait(self) -> None:
        while self._selector.get_map() or not self._stopped:
            ready = self._selector.select(_LOOK_SECONDS)
            for key, _ in ready:
                if _is_at_its_end(key.fd):
                    self._gone(key)
            if not ready:
                self._give_up_on_the_late()
        self._selector.close()

    def _gone(self, key: selectors.SelectorKey) -> None:
        with self._lock:
            self._selector.unregister(key.fd)
        os.close(key.fd)
        key.data.then()

    def _give_up_on_the_late(self) -> None:
        now = time.monotonic()
        with self._lock:
            late = [k for k in self._selector.get_map().values() if k.data.deadline < now]
        for key in late:
            self._gone(key)


def _is_at_its_end(witness: int) -> bool:
    try:
        return not os.read(witness, 4096)
    except BlockingIOError:
        return False
    except OSError:
        return True
