"""Every tenant connection of this process, under one hard budget.

The broker keeps each role's connections apart: a connection is handed out again only to the
database and role it was opened for, after both were compared with what the server said at
log-in, and only after everything session-level was reset. When the budget is used up, the
connection that was idle longest gives way. Whoever finds nothing free waits for a bounded
time and is then told to come back.

A backend that was told to go still counts in `pg_stat_activity` for some milliseconds. So
an evicted connection holds its place until the server has closed the socket, and a closer
thread evicts ahead of demand, so that nobody waits for a goodbye.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus

from core.errors import Unavailable
from core.tenancy.tenant import DatabaseAddress

_RESET = (
    b"RESET SESSION AUTHORIZATION; RESET ALL; CLOSE ALL; UNLISTEN *;"
    b" SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES"
)
"""DISCARD ALL less its plans, in one round trip: psycopg keeps its prepared statements, which
hold no data and never leave the role that prepared them."""

_GOODBYE_SECONDS = 2.0
_CONNECT_SECONDS = 10

Key = tuple[str, int, str, str]


@dataclass(slots=True, eq=False)
class Held:
    """A connection and what it was opened for."""

    key: Key
    connection: psycopg.Connection
    idle_since: float = 0.0


@dataclass(frozen=True, slots=True)
class BrokerFigures:
    """What the broker holds at this moment, for metrics."""

    budget: int
    open: int
    idle: int
    waiting: int
    opened_total: int
    refused_total: int


def connect(address: DatabaseAddress) -> psycopg.Connection:
    """Open a connection with the settings that `RESET ALL` returns to.

    The time-outs bound what one tenant's runaway statement can hold up.
    """
    return psycopg.connect(
        **address.conninfo(),
        connect_timeout=_CONNECT_SECONDS,
        application_name="aorabooks",
        options="-c timezone=UTC -c statement_timeout=60s"
        " -c idle_in_transaction_session_timeout=60s -c lock_timeout=15s",
    )


class ConnectionBroker:
    """Hands out connections by address; thread-safe; one per process."""

    def __init__(
        self,
        *,
        budget: int,
        checkout_timeout: float = 5.0,
        max_idle: float = 300.0,
        open_connection: Callable[[DatabaseAddress], psycopg.Connection] = connect,
    ) -> None:
        self._budget = budget
        # Free places kept ready, so that a new connection need not wait for an old one's end.
        self._reserve = min(4, budget // 8)
        # One busy tenant must leave connections for the others.
        self._share = budget if budget < 4 else budget - budget // 4
        self._timeout = checkout_timeout
        self._max_idle = max_idle
        self._connect = open_connection
        self._changed = threading.Condition()
        self._idle: dict[Key, list[Held]] = {}
        self._by_age: OrderedDict[Held, None] = OrderedDict()
        self._open = 0
        self._in_use: defaultdict[Key, int] = defaultdict(int)
        self._waiting = 0
        self._opened = 0
        self._refused = 0
        self._closed = False
        self._closer = threading.Thread(target=self._close_ahead, name="broker", daemon=True)
        self._closer.start()

    def checkout(self, address: DatabaseAddress) -> Held:
        """A verified connection for this address; raises Unavailable when the wait is over."""
        key = (address.host, address.port, address.database, address.user)
        while True:
            held = self._take(key)
            if held is None:
                return self._open_new(key, address)
            if _is_alive(held.connection):
                verify(held.connection, address)
                return held
            self._retire(held, counted_in_use=True)

    def give_back(self, held: Held, *, keep: bool = True) -> None:
        """Return a connection after use. It is reset, or closed if that fails or `keep` is no."""
        if not (keep and reset(held.connection)):
            self._retire(held, counted_in_use=True)
            return
        with self._changed:
            self._leave(held.key)
            held.idle_since = time.monotonic()
            self._idle.setdefault(held.key, []).append(held)
            self._by_age[held] = None
            self._changed.notify_all()

    def forget(self, database: str) -> None:
        """Close the idle connections to a database that is suspended, moved or dropped."""
        with self._changed:
            gone = [held for held in self._by_age if held.key[2] == database]
            for held in gone:
                self._unlist(held)
        for held in gone:
            self._retire(held)

    def figures(self) -> BrokerFigures:
        """Counts for the metrics page."""
        with self._changed:
            return BrokerFigures(
                budget=self._budget,
                open=self._open,
                idle=len(self._by_age),
                waiting=self._waiting,
                opened_total=self._opened,
                refused_total=self._refused,
            )

    def close(self) -> None:
        """Close what is idle and stop the closer; connections in use close on return."""
        with self._changed:
            self._closed = True
            gone = list(self._by_age)
            for held in gone:
                self._unlist(held)
            self._changed.notify_all()
        for held in gone:
            self._retire(held)
        self._closer.join(_GOODBYE_SECONDS + 1)

    def _take(self, key: Key) -> Held | None:
        """An idle connection of this key, or None with a place reserved for a new one."""
        deadline = time.monotonic() + self._timeout
        with self._changed:
            while not self._closed:
                if self._in_use[key] < self._share:
                    mine = self._idle.get(key)
                    if mine:
                        held = mine[-1]
                        self._unlist(held)
                        self._in_use[key] += 1
                        return held
                    if self._open < self._budget:
                        self._open += 1
                        self._in_use[key] += 1
                        return None
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    break
                self._waiting += 1
                self._changed.notify_all()
                self._changed.wait(remaining)
                self._waiting -= 1
            self._leave_if_unused(key)
            self._refused += 1
        raise Unavailable("The server is busy. Please try again in a moment.", retry_after=2)

    def _open_new(self, key: Key, address: DatabaseAddress) -> Held:
        try:
            connection = self._connect(address)
        except BaseException as error:
            with self._changed:
                self._open -= 1
                self._leave(key)
                self._changed.notify_all()
            if isinstance(error, psycopg.OperationalError):
                raise Unavailable(
                    "The database cannot be reached. Please try again in a moment.", retry_after=5
                ) from error
            raise
        held = Held(key, connection)
        try:
            verify(connection, address)
        except BaseException:
            self._retire(held, counted_in_use=True)
            raise
        with self._changed:
            self._opened += 1
        return held

    def _close_ahead(self) -> None:
        """Evict the longest idle while places run short, and whatever was idle too long."""
        while True:
            with self._changed:
                victim = self._victim()
                while victim is None and not self._closed:
                    self._changed.wait(min(self._max_idle, 10.0))
                    victim = self._victim()
                if victim is None:
                    return
                self._unlist(victim)
            self._retire(victim)

    def _victim(self) -> Held | None:
        oldest = next(iter(self._by_age), None)
        if oldest is None:
            return None
        short = self._waiting > 0 or self._open > self._budget - self._reserve
        stale = time.monotonic() - oldest.idle_since > self._max_idle
        return oldest if short or stale else None

    def _unlist(self, held: Held) -> None:
        self._by_age.pop(held, None)
        mine = self._idle[held.key]
        mine.remove(held)
        if not mine:
            del self._idle[held.key]

    def _retire(self, held: Held, *, counted_in_use: bool = False) -> None:
        _say_goodbye(held.connection)
        with self._changed:
            self._open -= 1
            if counted_in_use:
                self._leave(held.key)
            self._changed.notify_all()

    def _leave(self, key: Key) -> None:
        self._in_use[key] -= 1
        self._leave_if_unused(key)

    def _leave_if_unused(self, key: Key) -> None:
        if not self._in_use[key]:
            del self._in_use[key]


def verify(connection: psycopg.Connection, address: DatabaseAddress) -> None:
    """Refuse a connection that is not to the database and role it is about to serve."""
    info = connection.info
    if info.dbname != address.database or info.user != address.user:
        raise RuntimeError(
            f"connection of {info.user} to {info.dbname} offered for {address.database}"
        )


def reset(connection: psycopg.Connection) -> bool:
    """End the transaction and undo everything session-level; False if it cannot be done."""
    try:
        if connection.info.transaction_status != TransactionStatus.IDLE:
            connection.rollback()
        result = connection.pgconn.exec_(_RESET)
        return result.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
    except psycopg.Error:
        return False


def _is_alive(connection: psycopg.Connection) -> bool:
    """Whether the server still holds its end, told without asking it anything.

    An idle connection has nothing to read; readable means that the server hung up (or is
    about to say why), so the connection is not worth keeping.
    """
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    return not poll.poll(0)


def _say_goodbye(connection: psycopg.Connection) -> None:
    """Close, and wait until the server has closed its end too: its backend is then gone."""
    try:
        witness = os.dup(connection.pgconn.socket)
    except (psycopg.Error, OSError):
        connection.close()
        return
    try:
        connection.close()
        poll = select.poll()
        poll.register(witness, select.POLLIN)
        deadline = time.monotonic() + _GOODBYE_SECONDS
        while poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            with contextlib.suppress(BlockingIOError):
                if not os.read(witness, 4096):
                    return
    except OSError:
        return
    finally:
        os.close(witness)
