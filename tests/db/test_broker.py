"""The connection broker keeps tenants' connections apart and under one budget.

Many threads ask for many databases while the broker may hold only a few connections. What
PostgreSQL itself counts never exceeds the budget, nothing session-level outlives a checkout,
and whoever cannot be served is told so in time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import LiteralString

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.db.broker import ConnectionBroker, Held, connect
from core.errors import Unavailable
from core.tenancy.tenant import DatabaseAddress
from tests.waiting import PATIENCE

Addresses = Callable[[int], list[DatabaseAddress]]
_HOW_MANY: LiteralString = (
    "SELECT count(*) FROM pg_prepared_statements WHERE starts_with(statement, 'SELECT $1 +')"
)


@contextmanager
def broker_of(
    budget: int, *, timeout: float = 20.0, max_idle: float = 300.0
) -> Iterator[ConnectionBroker]:
    broker = ConnectionBroker(budget=budget, checkout_timeout=timeout, max_idle=max_idle)
    try:
        yield broker
    finally:
        broker.close()


def ask(held: Held, statement: LiteralString) -> list[tuple]:
    return held.connection.execute(statement).fetchall()


def backends(admin: psycopg.Connection) -> set[int]:
    """Their process ids, as the server has them."""
    rows = admin.execute("SELECT pid FROM pg_stat_activity WHERE datname LIKE 'bare_%'")
    return {pid for (pid,) in rows}


def becomes(admin: psycopg.Connection, count: int) -> bool:
    """Whether the server counts so many backends before patience ends."""
    pause, deadline = threading.Event(), time.monotonic() + PATIENCE
    while len(backends(admin)) != count:
        if time.monotonic() > deadline:
            return False
        pause.wait(0.02)
    return True


def test_the_server_never_counts_more_connections_than_the_budget(
    bare_server, addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine a backend may need seconds to leave, and its place is not given up.
    monkeypatch.setattr("core.db.goodbye.PATIENCE", PATIENCE)
    databases = addresses(12)
    over: list[int] = []
    finished = threading.Event()

    def watch() -> None:
        with psycopg.connect(bare_server.url(), autocommit=True) as watcher:
            before = set[int]()
            while not finished.is_set():
                now = backends(watcher)
                # The server goes through its backends one after the other: while it does, one
                # may leave that was counted, and another come that is counted yet.
                if len(now & before) > 6:
                    over.append(len(now & before))
                before = now

    def work(number: int) -> None:
        for turn in range(40):
            address = databases[(number * 7 + turn) % len(databases)]
            held = broker.checkout(address)
            assert ask(held, "SELECT current_database()::text") == [(address.database,)]
            broker.give_back(held)

    with broker_of(6) as broker:
        watcher = threading.Thread(target=watch)
        workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in [watcher, *workers]:
            thread.start()
        for worker in workers:
            worker.join()
        figures = broker.figures()
        finished.set()
        watcher.join()
    assert over == []
    assert figures.open <= 6
    assert figures.refused_total == 0


def test_a_full_broker_refuses_in_time_and_says_when_to_come_back(addresses: Addresses) -> None:
    first, second = addresses(2)
    with broker_of(2, timeout=0.1) as broker:
        held = [broker.checkout(first), broker.checkout(first)]
        with pytest.raises(Unavailable) as refusal:
            broker.checkout(second)
        assert refusal.value.retry_after > 0
        broker.give_back(held.pop())
        broker.give_back(broker.checkout(second))
        broker.give_back(held.pop())


def test_one_tenant_cannot_take_every_connection(addresses: Addresses) -> None:
    greedy, modest = addresses(2)
    with broker_of(8, timeout=0.1) as broker:
        taken = []
        while broker.figures().refused_total == 0:
            with suppress(Unavailable):
                taken.append(broker.checkout(greedy))
        broker.give_back(broker.checkout(modest))
        assert len(taken) < 8
        for held in taken:
            broker.give_back(held)


LITTER: tuple[LiteralString, ...] = (
    "SET statement_timeout = '17s'",
    "SET search_path = nowhere",
    "SET SESSION TIME ZONE 'Asia/Riyadh'",
    "SELECT set_config('aorabooks.actor', 'somebody else', false)",
    "CREATE TEMPORARY TABLE left_behind AS SELECT 1 AS secret",
    "SELECT pg_advisory_lock(4711)",
    "LISTEN gossip",
    "DECLARE reader CURSOR WITH HOLD FOR SELECT 1",
    "BEGIN",
    "SELECT 1 / 0",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
)

SPOTLESS = """
SELECT current_setting('statement_timeout'), current_setting('search_path'),
       current_setting('TimeZone'), current_setting('default_transaction_read_only'),
       coalesce(current_setting('aorabooks.actor', true), ''),
       (SELECT count(*) FROM pg_class WHERE relname = 'left_behind'),
       (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
       (SELECT count(*) FROM pg_listening_channels()), (SELECT count(*) FROM pg_cursors
        WHERE is_holdable)
"""


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(litter=st.lists(st.sampled_from(LITTER), max_size=6), autocommit=st.booleans())
def test_nothing_session_level_outlives_a_checkout(
    addresses: Addresses, litter: list[LiteralString], autocommit: bool
) -> None:
    (address,) = addresses(1)
    with broker_of(1) as broker:
        clean = broker.checkout(address)
        before = ask(clean, SPOTLESS)
        clean.connection.rollback()
        clean.connection.autocommit = autocommit
        for statement in litter:
            try:
                clean.connection.execute(statement)
            except psycopg.Error:
                if not autocommit:
                    clean.connection.rollback()
        broker.give_back(clean)
        again = broker.checkout(address)
        assert again.connection.info.transaction_status.name == "IDLE"
        assert ask(again, SPOTLESS) == before
        broker.give_back(again)


def test_who_works_all_day_keeps_its_connection_when_many_others_look_in_once(
    addresses: Addresses,
) -> None:
    busy, *visitors = addresses(8)
    with broker_of(4) as broker:
        worked_on = set()
        for _ in range(10):
            held = broker.checkout(busy)
            worked_on.add(held.connection.info.backend_pid)
            broker.give_back(held)
        for visitor in visitors:
            broker.give_back(broker.checkout(visitor))
        held = broker.checkout(busy)
        assert worked_on == {held.connection.info.backend_pid}
        broker.give_back(held)


def test_connections_that_were_needed_once_at_the_same_time_give_way_first(
    addresses: Addresses,
) -> None:
    steady, crowd, *visitors = addresses(5)
    with broker_of(6) as broker:
        worked_on = set()
        for _ in range(4):
            held = broker.checkout(steady)
            worked_on.add(held.connection.info.backend_pid)
            broker.give_back(held)
        for held in [broker.checkout(crowd) for _ in range(4)]:
            broker.give_back(held)
        for visitor in visitors:
            broker.give_back(broker.checkout(visitor))
        held = broker.checkout(steady)
        assert worked_on == {held.connection.info.backend_pid}
        broker.give_back(held)


def test_a_connection_that_the_server_ended_is_replaced(
    addresses: Addresses, admin: psycopg.Connection
) -> None:
    (address,) = addresses(1)
    with broker_of(4) as broker:
        held = broker.checkout(address)
        pid = held.connection.info.backend_pid
        broker.give_back(held)
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        replacement = broker.checkout(address)
        assert replacement.connection.info.backend_pid != pid
        assert ask(replacement, "SELECT 1") == [(1,)]
        broker.give_back(replacement)


def test_a_connection_to_another_database_is_never_handed_out(addresses: Addresses) -> None:
    mine, theirs = addresses(2)

    def open_the_wrong_one(_: DatabaseAddress) -> psycopg.Connection:
        return connect(theirs)

    broker = ConnectionBroker(budget=2, open_connection=open_the_wrong_one)
    with pytest.raises(RuntimeError, match="offered for"):
        broker.checkout(mine)
    broker.close()
    assert broker.figures().open == 0


def test_a_refused_login_gives_its_place_back(addresses: Addresses) -> None:
    (address,) = addresses(1)
    with broker_of(1, timeout=0.1) as broker:
        for _ in range(3):
            with pytest.raises(Unavailable, match="cannot be reached"):
                broker.checkout(replace(address, password="wrong"))
        broker.give_back(broker.checkout(address))


def test_forgetting_a_database_closes_its_idle_connections(
    addresses: Addresses, admin: psycopg.Connection
) -> None:
    gone, stays = addresses(2)
    with broker_of(8) as broker:
        for address in (gone, stays):
            broker.give_back(broker.checkout(address))
        broker.forget(gone.database)
        assert broker.figures().idle == 1
        assert becomes(admin, 1)


def test_idle_connections_are_closed_after_a_while(
    addresses: Addresses, admin: psycopg.Connection
) -> None:
    (address,) = addresses(1)
    with broker_of(8, max_idle=0.05) as broker:
        broker.give_back(broker.checkout(address))
        assert becomes(admin, 0)
        assert broker.figures().idle == 0


def test_a_connection_comes_back_with_its_statements_prepared_and_by_the_path_of_the_guards(
    addresses: Addresses,
) -> None:
    (address,) = addresses(1)
    with broker_of(2) as broker:
        for _ in range(7):
            held = broker.checkout(address)
            for number in range(120):  # more than a sale has
                held.connection.execute(f"SELECT %s + {number}".encode(), (number,))
            kept = ask(held, _HOW_MANY)
            path = ask(held, "SHOW search_path")
            held.connection.commit()
            broker.give_back(held)
    assert kept == [(120,)]
    assert path == [("pg_catalog,pg_temp",)]
