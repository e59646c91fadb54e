"""Settings that a process keeps are those of the company that asks, and those that it would read.

Several companies, threads that change and read at the same time, transactions that are taken back,
companies that are cloned, and one whose database goes back to what it was. Whatever is kept: a
transaction always sees its own changes, what another company wrote never, and once a change is
committed every transaction that begins afterwards sees it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.addons.models import StoredOptions
from core.db import stamps
from core.db.cached import cached_until_change
from core.db.memory import MISSING, Memory
from core.db.session import savepoint
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

NAME = "isolation"
_WRITE = text(
    "INSERT INTO core.option (addon, values)"
    " VALUES (:name, jsonb_build_object('word', CAST(:word AS text)))"
    " ON CONFLICT (addon) DO UPDATE SET values = excluded.values"
)
_READ = text("SELECT values ->> 'word' FROM core.option WHERE addon = :name")


@cached_until_change(StoredOptions)
def word(session: Session, name: str) -> str | None:
    """What the company wrote, as it is kept."""
    return session.scalar(_READ, {"name": name})


def truth(session: Session, name: str = NAME) -> str | None:
    """What stands in the database."""
    return session.scalar(_READ, {"name": name})


def write(session: Session, value: str, name: str = NAME) -> None:
    session.execute(_WRITE, {"name": name, "word": value})


@pytest.fixture(scope="module")
def companies(kernel: Kernel) -> Iterator[list[Tenant]]:
    with (
        fresh_tenant(kernel, "elm", addons=()) as first,
        fresh_tenant(kernel, "fir", addons=()) as second,
        fresh_tenant(kernel, "gum", addons=()) as third,
    ):
        yield [first, second, third]


class TakenBack(Exception):
    """The transaction, or its savepoint, is to be undone."""


@contextmanager
def undone() -> Iterator[None]:
    with suppress(TakenBack):
        yield


whose = st.integers(0, 2)
steps = st.lists(
    st.tuples(whose, st.sampled_from(["write", "savepoint", "undo", "read", "clear"])),
    min_size=3,
    max_size=12,
)


@given(steps=steps)
@settings(max_examples=10, deadline=None)
def test_a_transaction_sees_its_own_company_as_it_is(
    kernel: Kernel, companies: list[Tenant], steps: list[tuple[int, str]]
) -> None:
    for number, (who, step) in enumerate(steps):
        tenant = companies[who]
        value = f"{tenant.slug} {number}"
        with undone(), kernel.session(tenant) as session:
            assert word(session, NAME) == truth(session)
            if step == "write":
                write(session, value)
            elif step == "clear":
                session.execute(text("DELETE FROM core.option"))
            elif step in ("savepoint", "undo"):
                with undone(), savepoint(session):
                    write(session, value)
                    assert word(session, NAME) == value
                    raise TakenBack
                if step == "undo":
                    write(session, value)
                    assert word(session, NAME) == value
                    raise TakenBack
            assert word(session, NAME) == truth(session)
        for other in companies:
            with kernel.session(other, readonly=True) as session:
                seen = word(session, NAME)
                assert seen == truth(session)
                assert seen is None or seen.startswith(other.slug)


def test_many_at_once_read_what_was_committed_before_they_began(
    kernel: Kernel, companies: list[Tenant]
) -> None:
    committed = [0] * len(companies)
    noted = threading.Lock()

    def change(at: int) -> None:
        who, name = at % len(companies), f"counter {at % len(companies)}"
        with kernel.session(companies[who]) as session:
            # Who counts up takes turns by the row, and the stamps of all stay side by side.
            session.execute(text("SELECT pg_advisory_xact_lock(54)"))
            count = int((truth(session, name) or "0").rpartition(" ")[2]) + 1
            write(session, f"{companies[who].slug} {count}", name)
            write(session, f"{companies[who].slug} beside", f"other {at}")
        with noted:
            committed[who] = max(committed[who], count)

    def look(at: int) -> None:
        who = at % len(companies)
        with noted:
            least = committed[who]
        with kernel.session(companies[who], readonly=at % 2 == 0) as session:
            seen = word(session, f"counter {who}")
        if least:
            assert seen is not None
            assert seen.startswith(companies[who].slug)
            assert int(seen.rpartition(" ")[2]) >= least

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(look if at % 3 else change, at // 3) for at in range(90)]:
            done.result()


def test_two_who_change_at_the_same_time_do_not_wait_and_are_both_seen(
    kernel: Kernel, companies: list[Tenant]
) -> None:
    tenant = companies[0]
    with kernel.session(tenant) as one, kernel.session(tenant) as other:
        write(one, "elm one", "one")
        write(other, "elm other", "other")  # would wait here if it waited at all
        assert word(other, "one") is None
    with kernel.session(tenant, readonly=True) as session:
        assert (word(session, "one"), word(session, "other")) == ("elm one", "elm other")


def test_what_was_read_while_somebody_else_committed_is_not_kept(
    kernel: Kernel, companies: list[Tenant]
) -> None:
    tenant = companies[1]
    changed = threading.Event()

    def change() -> None:
        with kernel.session(tenant) as session:
            write(session, "fir later", "torn")
        changed.set()

    @cached_until_change(StoredOptions)
    def slowly(session: Session) -> tuple[str | None, str | None]:
        before = truth(session, "torn")
        if not changed.is_set():
            threading.Thread(target=change).start()
            assert changed.wait(20)
        return before, truth(session, "torn")

    with kernel.session(tenant) as session:
        write(session, "fir first", "torn")
    with kernel.session(tenant) as session:
        assert slowly(session) == ("fir first", "fir later")
    with kernel.session(tenant) as session:
        assert slowly(session) == ("fir later", "fir later")


def test_a_database_that_goes_back_to_what_it_was_is_seen_as_it_was(
    kernel: Kernel, companies: list[Tenant]
) -> None:
    tenant = companies[2]

    def seen() -> str | None:
        with kernel.session(tenant) as session:
            return word(session, "restored")

    def all_stamps(session: Session) -> list[tuple[str, object]]:
        rows = session.execute(text("SELECT table_name, stamp FROM core.table_stamp"))
        return [tuple(row) for row in rows]

    with kernel.session(tenant) as session:
        write(session, "gum then", "restored")
    with kernel.session(tenant) as session:
        kept = all_stamps(session)
    assert seen() == "gum then"
    with kernel.session(tenant) as session:
        write(session, "gum now", "restored")
    assert seen() == "gum now"
    with kernel.session(tenant, role="owner") as session:
        # As a restored copy has them: the rows, and the stamps that were theirs.
        write(session, "gum then", "restored")
        session.execute(text("DELETE FROM core.table_stamp"))
        for table, stamp in kept:
            session.execute(
                text("INSERT INTO core.table_stamp VALUES (:table, :stamp)"),
                {"table": table, "stamp": stamp},
            )
    assert seen() == "gum then"


def test_a_table_without_a_stamp_is_read_each_time(kernel: Kernel, companies: list[Tenant]) -> None:
    tenant = companies[2]
    with kernel.session(tenant, role="owner") as session:
        session.execute(text("DELETE FROM core.table_stamp WHERE table_name = 'core.option'"))
        session.execute(text("ALTER TABLE core.option DISABLE TRIGGER aorabooks_stamp"))
    try:
        for value in ("gum a", "gum b"):
            with kernel.session(tenant) as session:
                write(session, value)
            with kernel.session(tenant) as session:
                assert word(session, NAME) == value
    finally:
        with kernel.session(tenant, role="owner") as session:
            session.execute(text("ALTER TABLE core.option ENABLE TRIGGER aorabooks_stamp"))
            session.execute(
                text("INSERT INTO core.table_stamp (table_name) VALUES ('core.option')")
            )


def test_the_runtime_role_cannot_touch_a_stamp(kernel: Kernel, companies: list[Tenant]) -> None:
    with kernel.session(companies[0]) as session:
        allowed = session.scalar(
            text(
                "SELECT has_table_privilege('core.table_stamp', 'INSERT')"
                " OR has_table_privilege('core.table_stamp', 'UPDATE')"
                " OR has_table_privilege('core.table_stamp', 'DELETE')"
            )
        )
        assert allowed is False


def test_what_is_kept_is_bounded_and_what_was_not_asked_for_goes_first() -> None:
    memory = Memory(max_entries=3, max_bytes=10_000)
    for at in range(3):
        memory.put(("tenant", at), "x" * 10)
    memory.get(("tenant", 0))
    memory.put(("tenant", 3), "y")
    assert memory.get(("tenant", 1)) is MISSING
    assert memory.get(("tenant", 0)) == "x" * 10
    memory.put(("tenant", 4), "z" * 9_990)
    assert [memory.get(("tenant", at)) is MISSING for at in (0, 3)] == [True, True]


def test_an_upgrade_gives_every_table_another_stamp(
    kernel: Kernel, companies: list[Tenant]
) -> None:
    def stamp(session: Session) -> object:
        found = text("SELECT stamp FROM core.table_stamp WHERE table_name = 'core.option'")
        return session.scalar(found)

    with kernel.session(companies[0], role="owner") as session:
        before = stamp(session)
        stamps.attach(session.connection(), "core")
        assert stamp(session) not in (before, None)
        stamps.forget(session.connection(), "core")
        assert stamp(session) is None
        session.rollback()
