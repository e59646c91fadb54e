"""Every tenant connection of this process, under one hard budget.

The broker keeps each role's connections apart: a connection is handed out again only to the
database and role it was opened for, after both were compared with what the server said at
log-in. Everything session-level is reset on return; the server's word that it is done is read
at the next checkout, so that no request waits for it. When the budget is used up, the idle
connection that is least in demand gives way (core/db/demand.py). Whoever finds nothing free
waits for a bounded time and is then told to come back.

A backend that was told to go still counts in `pg_stat_activity` for some milliseconds. So
an evicted connection holds its place until the server has closed the socket
(core/db/goodbye.py), and eviction runs ahead of demand, so that nobody waits for a goodbye.
"""

from __future__ import annotations

import heapq
import select
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

from core.db.breaker import Breaker, OutOfReach, is_gone
from core.db.demand import Demand
from core.db.goodbye import Goodbyes
from core.errors import Unavailable
from core.tenancy.tenant import DatabaseAddress

_RESET = (
    b"RESET SESSION AUTHORIZATION; RESET ALL; CLOSE ALL; UNLISTEN *;"
    b" SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES"
)
"""DISCARD ALL less its plans, in one round trip: psycopg keeps its prepared statements, which
hold no data and never leave the role that prepared them."""

_CONNECT_SECONDS = 10
_PREPARED = 250
"""Statements that a connection keeps prepared, some 35 KB of the server's memory each. A whole sale
has eighty; where pages in between push them out, each is parsed and planned anew, which doubles
what the sale costs the server."""

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

    The time-outs bound what one tenant's runaway statement can hold up. The search path is the one
    that guards and triggers set for themselves: PostgreSQL keeps the plan of a foreign key's check
    once for all callers, and makes it anew whenever the next one comes by another path.
    """
    connection = psycopg.connect(
        **address.conninfo(),
        connect_timeout=_CONNECT_SECONDS,
        application_name="aorabooks",
        # A server that vanished without a word is noticed, and not waited for until TCP gives up.
        keepalives_idle=10,
        keepalives_interval=3,
        keepalives_count=3,
        tcp_user_timeout=15_000,
        options="-c timezone=UTC -c statement_timeout=60s"
        " -c idle_in_transaction_session_timeout=60s -c lock_timeout=15s"
        " -c search_path=pg_catalog,pg_temp"
        " -c client_min_messages=notice",  # core.db.stamps listens to notices
    )
    connection.prepared_max = _PREPARED
    return connection


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
        # At most so many free places are kept ready for those who open connections.
        self._most_free = budget // 8
        # One busy tenant must leave connections for the others.
        self._share = budget if budget < 4 else budget - budget // 4
        self._timeout = checkout_timeout
        self._max_idle = max_idle
        self._connect = open_connection
        self._changed = threading.Condition()
        self._idle: dict[Key, list[Held]] = {}
        self._idle_count = 0
        self._demand = Demand()
        self._open = 0
        self._in_use: defaultdict[Key, int] = defaultdict(int)
        self._waiting = 0
        self._opened = 0
        self._refused = 0
        self._opening = 0
        self._leaving = 0
        self._goodbyes = Goodbyes()
        self._breaker = Breaker()
        self._closed = threading.Event()
        threading.Thread(target=self._keep_tidy, name="broker", daemon=True).start()

    def checkout(self, address: DatabaseAddress) -> Held:
        """A verified connection for this address; raises Unavailable when the wait is over."""
        key = (address.host, address.port, address.database, address.user)
        while True:
            held = self._take(key)
            if held is None:
                return self._open_new(key, address)
            if confirm_reset(held.connection):
                verify(held.connection, address)
                return held
            self._retire(held)

    def give_back(self, held: Held, *, keep: bool = True) -> None:
        """Return a connection after use. It is reset, or closed if that fails or `keep` is no."""
        if self._closed.is_set() or not (keep and send_reset(held.connection)):
            self._retire(held)
            return
        with self._changed:
            self._leave(held.key)
            held.idle_since = time.monotonic()
            self._idle.setdefault(held.key, []).append(held)
            self._idle_count += 1
            self._changed.notify_all()
            victims = self._take_victims()
        self._see_off(victims)

    def forget(self, database: str) -> None:
        """Close the idle connections to a database that is suspended, moved or dropped."""
        with self._changed:
            gone = [held for _, held in self._all_idle() if held.key[2] == database]
            self._take_out(gone)
        self._see_off(gone)

    def figures(self) -> BrokerFigures:
        """Counts for the metrics page."""
        with self._changed:
            return BrokerFigures(
                budget=self._budget,
                open=self._open,
                idle=self._idle_count,
                waiting=self._waiting,
                opened_total=self._opened,
                refused_total=self._refused,
            )

    def close(self) -> None:
        """Close what is idle; connections in use are closed on return."""
        with self._changed:
            self._closed.set()
            gone = [held for _, held in self._all_idle()]
            self._take_out(gone)
            self._changed.notify_all()
        self._see_off(gone)
        self._goodbyes.stop()

    def _take(self, key: Key) -> Held | None:
        """An idle connection of this key, or None with a place reserved for a new one."""
        deadline = time.monotonic() + self._timeout
        with self._changed:
            self._demand.note(key, self._in_use[key])
            while not self._closed.is_set():
                if self._in_use[key] < self._share:
                    mine = self._idle.get(key)
                    if mine:
                        held = mine[-1]
                        self._unlist(held)
                        self._in_use[key] += 1
                        return held
                    if self._open < self._budget:
                        self._open += 1
                        self._opening += 1
                        self._in_use[key] += 1
                        return None
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    break
                self._wait_for_change(remaining)
            self._leave_if_unused(key)
            self._refused += 1
        raise Unavailable("The server is busy. Please try again in a moment.", retry_after=2)

    def _open_new(self, key: Key, address: DatabaseAddress) -> Held:
        try:
            connection = self._reach(address)
        except BaseException:
            with self._changed:
                self._open -= 1
                self._opening -= 1
                self._leave(key)
                self._changed.notify_all()
            raise
        held = Held(key, connection)
        with self._changed:
            self._opened += 1
            victims = self._take_victims()
            self._opening -= 1
        self._see_off(victims)
        try:
            verify(connection, address)
        except BaseException:
            self._retire(held)
            raise
        return held

    def _reach(self, address: DatabaseAddress) -> psycopg.Connection:
        """A new connection; raises OutOfReach, at once where the server is known to be gone."""
        place = (address.host, address.port)
        since = self._breaker.enter(place)
        if since is not None:
            raise OutOfReach(since)
        try:
            connection = self._connect(address)
        except psycopg.OperationalError as error:
            raise OutOfReach(self._breaker.failed(place, gone=is_gone(error))) from error
        except BaseException:
            self._breaker.failed(place, gone=False)
            raise
        self._breaker.reached(place)
        return connection

    def _wait_for_change(self, seconds: float) -> None:
        self._waiting += 1
        victims = self._take_victims()
        if victims:
            # Closing talks to the server, which must not be done under the lock.
            self._changed.release()
            try:
                self._see_off(victims)
            finally:
                self._changed.acquire()
        else:
            self._changed.wait(seconds)
        self._waiting -= 1

    def _take_victims(self) -> list[Held]:
        """The least wanted, as many as places run short beyond those already leaving.

        Whoever opens a connection now will soon be followed by another, who shall find a place
        without waiting for a goodbye; where hardly anybody opens any, all places are used.
        """
        ready = min(self._opening, self._most_free)
        free = self._budget - self._open
        short = ready + self._waiting - free - self._leaving
        if short <= 0 or not self._idle_count:
            return []
        wanted = (
            (self._demand.level(held.key, turn), held.idle_since, id(held), held)
            for turn, held in self._all_idle()
        )
        victims = [held for *_, held in heapq.nsmallest(short, wanted)]
        self._take_out(victims)
        return victims

    def _all_idle(self) -> Iterator[tuple[int, Held]]:
        """Idle connections, each with how many of its key are in use when its turn comes."""
        for key, mine in self._idle.items():
            in_use = self._in_use.get(key, 0)
            for later, held in enumerate(reversed(mine)):
                yield in_use + later, held

    def _take_out(self, gone: Sequence[Held]) -> None:
        for held in gone:
            self._unlist(held)
        self._leaving += len(gone)

    def _see_off(self, gone: Sequence[Held]) -> None:
        for held in gone:
            self._goodbyes.say(held.connection, self._has_left)

    def _has_left(self) -> None:
        with self._changed:
            self._leaving -= 1
            self._open -= 1
            self._changed.notify_all()

    def _keep_tidy(self) -> None:
        """Close what was idle for too long, also when nobody asks for anything."""
        while not self._closed.wait(min(self._max_idle / 2, 15.0)):
            with self._changed:
                limit = time.monotonic() - self._max_idle
                gone = [held for _, held in self._all_idle() if held.idle_since < limit]
                self._take_out(gone)
                self._demand.forget_faded()
            self._see_off(gone)

    def _unlist(self, held: Held) -> None:
        self._idle_count -= 1
        mine = self._idle[held.key]
        mine.remove(held)
        if not mine:
            del self._idle[held.key]

    def _retire(self, held: Held) -> None:
        """Close a connection that was checked out."""
        with self._changed:
            self._leave(held.key)
            self._leaving += 1
        self._see_off([held])

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


def send_reset(connection: psycopg.Connection) -> bool:
    """End the transaction and ask for everything session-level to be undone; False if that
    cannot be done. The server works on it while nobody waits."""
    try:
        if connection.info.transaction_status != TransactionStatus.IDLE:
            connection.rollback()
        connection.pgconn.send_query(_RESET)
    except psycopg.Error:
        return False
    return True


def confirm_reset(connection: psycopg.Connection) -> bool:
    """Whether the server has done all that `send_reset` asked, and still holds its end.

    After the answers an idle connection has nothing more to read; readable means that the
    server hung up, or is about to say why.
    """
    pgconn = connection.pgconn
    try:
        while (result := pgconn.get_result()) is not None:
            if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
                return False
        if pgconn.status != ConnStatus.OK:
            return False
        poll = select.poll()
        poll.register(pgconn.socket, select.POLLIN)
        return not poll.poll(0)
    except psycopg.Error:
        return False
