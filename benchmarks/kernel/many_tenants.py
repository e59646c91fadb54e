"""Many tenants on few connections, by what PostgreSQL itself counts.

A request is three selects and a commit on one tenant, from eight threads. The statements go
through psycopg's own cursor on both sides, so that what differs is how connections are kept:
ours in `tenant_session`, verified, reset and within a hard budget; the peers' bare, where one
connects, queries and closes, and one keeps a least-recently-used set as large as the budget.
"""

from __future__ import annotations

import random
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import psycopg

from benchmarks.figure import Figure, against, progress
from benchmarks.rates import in_turn, rate_over
from benchmarks.stage import Stage, conninfo
from core.db.broker import ConnectionBroker
from core.db.engine import TenantEngine
from core.db.session import tenant_session
from core.tenancy.tenant import Tenant

TENANTS = 200
THREADS = 8
SELECTS = (
    "SELECT name, state FROM core.addon WHERE name = 'core'",
    "SELECT count(*) FROM core.addon_log",
    "SELECT 1",
)


def measure(stage: Stage, tenants: list[Tenant]) -> Iterator[Figure]:
    """The three figures of the issue: roomy, uniform, Zipf."""
    yield _roomy(stage, tenants)
    yield _uniform(stage, tenants)
    yield _zipf(stage, tenants)


def _roomy(stage: Stage, tenants: list[Tenant]) -> Figure:
    progress("200 tenants evenly in turn under a budget of 220")
    with _engine(220) as engine, _within(stage, 220) as seen:
        read = _session_reader(engine)
        for tenant in tenants:
            read(tenant)
        everybody = tenants * 20
        alone = [tenants[0]] * len(everybody)
        many, one = in_turn(
            lambda: rate_over(everybody, read, THREADS), lambda: rate_over(alone, read, THREADS)
        )
    return against("many_tenants_roomy", many, "req/s", one, f"at most {seen[0]} connections")


def _uniform(stage: Stage, tenants: list[Tenant]) -> Figure:
    progress("200 tenants evenly in turn under a budget of 40")
    trace = tenants * 4
    with _engine(40) as engine, _within(stage, 40) as seen:
        read = _session_reader(engine)
        rate_over(tenants, read, THREADS)
        ours, bare = in_turn(
            lambda: rate_over(trace, read, THREADS),
            lambda: rate_over(trace, _connect_query_close, THREADS),
        )
    return against("many_tenants_uniform", ours, "req/s", bare, f"at most {seen[0]} connections")


def _zipf(stage: Stage, tenants: list[Tenant]) -> Figure:
    progress("200 tenants by Zipf popularity under a budget of 100")
    weights = [1 / rank**1.1 for rank in range(1, len(tenants) + 1)]
    trace = random.Random(1).choices(tenants, weights, k=4000)
    with _engine(100) as engine, _within(stage, 100) as seen:
        read = _session_reader(engine)

        def ours() -> float:
            return rate_over(trace, read, THREADS)

        def bare() -> float:
            # The idle connections of ours must not fill the server while the peer runs.
            for tenant in tenants:
                engine.broker.forget(tenant.runtime.database)
            with _LruConnections(100) as peer:
                rate_over(trace, peer.read, THREADS)
                return rate_over(trace, peer.read, THREADS)

        def ours_warm() -> float:
            ours()
            return ours()

        rate, limit = in_turn(ours_warm, bare)
    return against("many_tenants_zipf", rate, "req/s", limit, f"at most {seen[0]} connections")


@contextmanager
def _engine(budget: int) -> Iterator[TenantEngine]:
    broker = ConnectionBroker(budget=budget, checkout_timeout=30)
    try:
        yield TenantEngine(broker)
    finally:
        broker.close()


def _session_reader(engine: TenantEngine) -> Callable[[Tenant], None]:
    def read(tenant: Tenant) -> None:
        with tenant_session(engine, tenant) as session:
            connection = session.connection().connection.driver_connection
            assert isinstance(connection, psycopg.Connection)
            _request(connection)

    return read


def _connect_query_close(tenant: Tenant) -> None:
    with psycopg.connect(conninfo(tenant.runtime)) as connection:
        _request(connection)


def _request(connection: psycopg.Connection) -> None:
    for statement in SELECTS:
        connection.execute(statement).fetchone()
    connection.commit()


class _LruConnections:
    """The peer of the Zipf trace: keeps the connections used last, no checks, no resets."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._idle: OrderedDict[psycopg.Connection, str] = OrderedDict()
        self._by_tenant: dict[str, list[psycopg.Connection]] = {}
        self._open = 0
        self._lock = threading.Lock()

    def __enter__(self) -> _LruConnections:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._idle:
            connection.close()

    def read(self, tenant: Tenant) -> None:
        connection = self._take(tenant)
        _request(connection)
        with self._lock:
            self._idle[connection] = tenant.id
            self._by_tenant.setdefault(tenant.id, []).append(connection)

    def _take(self, tenant: Tenant) -> psycopg.Connection:
        victim = None
        with self._lock:
            mine = self._by_tenant.get(tenant.id)
            if mine:
                connection = mine.pop()
                del self._idle[connection]
                return connection
            if self._open >= self._size and self._idle:
                victim, owner = self._idle.popitem(last=False)
                self._by_tenant[owner].remove(victim)
            else:
                self._open += 1
        if victim is not None:
            victim.close()
        return psycopg.connect(conninfo(tenant.runtime))


@contextmanager
def _within(stage: Stage, budget: int) -> Iterator[list[int]]:
    """Watch the product's connections in `pg_stat_activity`; more than the budget is an error.
    Those of the run before are let go first: a server takes a moment to see hundreds off."""
    seen = [0]
    done = threading.Event()
    with stage.admin() as connection:
        while _count(connection):
            time.sleep(0.02)

    def watch() -> None:
        with stage.admin() as connection:
            while not done.wait(0.02):
                seen[0] = max(seen[0], _count(connection))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()
    if seen[0] > budget:
        raise RuntimeError(f"{seen[0]} connections under a budget of {budget}")


def _count(connection: psycopg.Connection) -> int:
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE application_name = 'aorabooks' AND datname LIKE 'ab\\_%'"
    ).fetchone()
    return row[0] if row else 0


def make_tenants(stage: Stage, count: int, made: Iterable[Tenant] = ()) -> list[Tenant]:
    """Tenants for the runs, those already made included."""
    tenants = list(made)
    progress(f"Making {count - len(tenants)} tenants")
    while len(tenants) < count:
        tenants.append(stage.tenant(f"bench-{len(tenants)}"))
    return tenants
