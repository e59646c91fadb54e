"""A server comes back from the backup of last night: it lacks what the tills had sent since, and
were told was booked. They bring it again by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import LiteralString

import psycopg
from playwright.sync_api import expect
from psycopg import sql
from psycopg.errors import ObjectInUse

from core.kernel import Kernel
from core.repairs.checking import check_invariants
from core.repairs.finding import failing_invariants
from tenants import organizations
from tenants.control import control
from tenants.provisioning import servers
from tests.pos.app.till import Shop, Till
from tests.waiting import wait_until

SALES = "SELECT number, total FROM pos.sale ORDER BY number"
ROUNDS = 10
ENTRIES = """
SELECT count(*) FROM accounting.journal_entry AS entry JOIN pos.sale
    ON source_type = 'pos.sale' AND source_id = sale.id::text
"""


def test_a_restored_server_gets_what_it_lost_once(till: Callable[..., Till], shop: Shop) -> None:
    one = till()
    one.bind()
    one.sign_in()
    one.begin()
    _sell(one, "6281000000014")
    _booked(shop, 1, one)
    with _set_back_afterwards(shop):
        _sell(one, "6281000000021")
        _sell(one, "6281000000038")
        _booked(shop, 3, one)
        before = shop.rows(SALES)
    assert len(shop.rows(SALES)) == 1
    _booked(shop, 3, one)
    assert shop.rows(SALES) == before
    _sell(one, "6281000000021")
    _booked(shop, 4, one)
    assert shop.rows(ENTRIES) == [(4,)]
    # And once more, while this till sells on without a network and another one is there, too.
    other = till()
    other.bind("R02")
    other.sign_in()
    other.begin()
    with _set_back_afterwards(shop):
        _sell(one, "6281000000014")
        _sell(other, "6281000000014")
        _booked(shop, 6, one, other)
        one.context.set_offline(True)
        _sell(one, "6281000000021")
    one.context.set_offline(False)
    _sell(other, "6281000000038")
    _booked(shop, 8, one, other)
    assert shop.rows(ENTRIES) == [(8,)]
    numbers = [row[0] for row in shop.rows(SALES)]
    assert numbers == [*_numbers("R01", 6), *_numbers("R02", 2)]
    for each in (one, other):
        each.page.get_by_role("button", name="Synced", exact=True).click()
        expect(each.page.get_by_text("Nothing needs a person")).to_be_visible()
    with shop.kernel.session(shop.tenant) as session:
        check_invariants(session)
        assert failing_invariants(session) == []


def _numbers(register: str, count: int) -> list[str]:
    return [f"{register}-1-{number:05}" for number in range(1, count + 1)]


def _sell(one: Till, code: str) -> None:
    one.scan(code)
    expect(one.page.locator(".btn-pay")).to_be_enabled()
    one.pay_cash()
    one.next()


def _booked(shop: Shop, sales: int, *tills: Till) -> None:
    """So many sales are booked, and the tills know it."""
    for _ in range(ROUNDS):
        for one in tills:
            _sync(one)
        shop.book()
        if len(shop.rows(SALES)) == sales:
            break
    for one in tills:
        _sync(one)
    assert len(shop.rows(SALES)) == sales


def _sync(one: Till) -> None:
    """A whole round of the sync, which ends with the feed."""
    with one.page.expect_response(lambda answer: "/pos/feed" in answer.url):
        one.page.evaluate("dispatchEvent(new Event('online'))")


@contextmanager
def _set_back_afterwards(shop: Shop) -> Iterator[None]:
    """What is written in here is lost: the company's database is then as it was before."""
    kernel = shop.kernel
    with kernel.session(control(kernel)) as session:
        server = organizations.find(session, shop.tenant.slug).server
    database = shop.tenant.runtime.database
    kept = f"{database}_kept"
    with servers.connect(server, kernel.secrets) as admin:
        wait_until(lambda: _kept(kernel, admin, kept, database), "nobody to be in the database")
        logins = _logins(admin, database)
        yield
        kernel.engine.broker.forget(database)
        _run(admin, "DROP DATABASE {} WITH (FORCE)", database)
        _run(admin, "ALTER DATABASE {} RENAME TO {}", kept, database)
        for role in logins:
            _run(admin, "GRANT ALL ON DATABASE {} TO {}", database, role)


def _kept(kernel: Kernel, admin: psycopg.Connection, kept: str, database: str) -> bool:
    """Whether a copy could be made: the tills ask by themselves now and then."""
    kernel.engine.broker.forget(database)
    admin.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
        (database,),
    )
    with suppress(ObjectInUse):
        _run(admin, "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", kept, database)
        return True
    return False


def _logins(admin: psycopg.Connection, database: str) -> list[str]:
    """The roles of a database: who may connect is no part of its copy."""
    found = admin.execute(
        "SELECT DISTINCT rolname FROM pg_database, aclexplode(datacl) AS right_of"
        " JOIN pg_roles ON pg_roles.oid = right_of.grantee WHERE datname = %s",
        (database,),
    )
    return [row[0] for row in found]


def _run(admin: psycopg.Connection, statement: LiteralString, *names: str) -> None:
    admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
