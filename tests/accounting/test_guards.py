"""Whoever reaches the database with the application's own role, past all Python, still cannot
bend the books: not a posted entry, not a number, not a closed period, not the guards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors
from sqlalchemy import text

from addons.accounting.api import EntryDraft, LineDraft, post_entry
from addons.accounting.services import chain
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.conftest import DAY

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def attacker(tenant: Tenant) -> Iterator[Connection]:
    """A bare connection of the application's role."""
    with psycopg.connect(**tenant.runtime.conninfo()) as connection:
        yield connection
        connection.rollback()


@pytest.fixture(scope="module")
def posted(kernel: Kernel, tenant: Tenant) -> int:
    """A posted entry of the company."""
    lines = (
        LineDraft("Assets:Cash", Decimal("12.50")),
        LineDraft("Income:Sales", Decimal("-12.50")),
    )
    with kernel.session(tenant) as session:
        return post_entry(session, EntryDraft(DAY, lines, source_type="t", source_id="1")).id


def _write(
    connection: Connection, *amounts: str, state: str = "posted", day: str = "2026-03-14"
) -> int:
    """An entry by plain SQL, in whatever state."""
    row = connection.execute(
        "INSERT INTO accounting.journal_entry (journal_id, date, state)"
        " SELECT id, %s, %s FROM accounting.journal WHERE code = 'GEN' RETURNING id",
        (day, state),
    ).fetchone()
    assert row is not None
    for position, amount in enumerate(amounts):
        _add_line(connection, row[0], amount, position=position, day=day)
    return row[0]


def _add_line(
    connection: Connection, entry: int, amount: str, *, position: int = 9, day: str = "2026-03-14"
) -> None:
    connection.execute(
        "INSERT INTO accounting.journal_line"
        " (entry_id, date, position, account_id, amount, currency)"
        " SELECT %s, %s, %s, id, %s, 'USD' FROM accounting.account WHERE code = 'Assets:Cash'",
        (entry, day, position, amount),
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounting.journal_entry SET narration = 'x' WHERE id = %(id)s",
        "UPDATE accounting.journal_entry SET state = 'draft' WHERE id = %(id)s",
        "UPDATE accounting.journal_entry SET date = '2026-04-01' WHERE id = %(id)s",
        "UPDATE accounting.journal_entry SET number = 'X', hash = 'x' WHERE id = %(id)s",
        "UPDATE accounting.journal_entry SET number = NULL, series_id = NULL, sequence = NULL,"
        " chain_seq = NULL, previous_hash = NULL, hash = NULL, posted_at = NULL,"
        " posted_by = NULL, state = 'draft' WHERE id = %(id)s",
        "DELETE FROM accounting.journal_entry WHERE id = %(id)s",
        "UPDATE accounting.journal_line SET amount = amount * 2 WHERE entry_id = %(id)s",
        "UPDATE accounting.journal_line SET account_id = 1 WHERE entry_id = %(id)s",
        "DELETE FROM accounting.journal_line WHERE entry_id = %(id)s",
        "INSERT INTO accounting.journal_line"
        " (entry_id, date, position, account_id, amount, currency)"
        " SELECT entry_id, date, 9, account_id, amount, currency FROM accounting.journal_line"
        " WHERE entry_id = %(id)s",
    ],
)
def test_a_posted_entry_and_its_lines_can_never_be_changed(
    attacker: Connection, posted: int, statement: str
) -> None:
    with pytest.raises(errors.RestrictViolation, match="is posted"):
        attacker.execute(statement.encode(), {"id": posted})


def test_a_line_cannot_be_moved_into_a_posted_entry(attacker: Connection, posted: int) -> None:
    draft = _write(attacker, "5", "-5", state="draft")
    with pytest.raises(errors.RestrictViolation, match="is posted"):
        attacker.execute(
            "UPDATE accounting.journal_line SET entry_id = %s WHERE entry_id = %s", (posted, draft)
        )


@pytest.mark.parametrize("amounts", [(), ("5",), ("0",), ("5", "-4.99"), ("0.1", "0.2", "-0.31")])
def test_an_entry_that_does_not_balance_never_commits(
    attacker: Connection, amounts: tuple[str, ...]
) -> None:
    _write(attacker, *amounts)
    with pytest.raises(errors.CheckViolation):
        attacker.commit()


def test_lines_cannot_be_added_behind_the_balance_check(attacker: Connection) -> None:
    entry = _write(attacker, "5", "-5")
    attacker.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(errors.RestrictViolation, match="is posted"):
        _add_line(attacker, entry, "7")


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_no_entry_is_posted_into_a_period_that_is_closed(
    attacker: Connection, isolation: str
) -> None:
    attacker.execute(f"SET TRANSACTION ISOLATION LEVEL {isolation}".encode())
    attacker.execute(
        "UPDATE accounting.period SET state = 'closed' WHERE start_date = '2026-05-01'"
    )
    _write(attacker, "5", "-5", day="2026-05-02")
    with pytest.raises(errors.CheckViolation, match="2026-05, which is closed"):
        attacker.commit()


def test_no_entry_is_posted_where_there_is_no_period(attacker: Connection) -> None:
    _write(attacker, "5", "-5", day="1999-05-02")
    with pytest.raises(errors.CheckViolation, match="not set up"):
        attacker.commit()


def test_what_is_locked_is_never_opened_again(attacker: Connection) -> None:
    attacker.execute("UPDATE accounting.fiscal_year SET state = 'locked' WHERE name = '2026'")
    with pytest.raises(errors.RestrictViolation, match="locked for good"):
        attacker.execute("UPDATE accounting.period SET state = 'open' WHERE name = '2026-05'")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounting.number_series SET last_number = 0",
        "UPDATE accounting.journal_chain SET length = 0",
        "UPDATE accounting.period_balance SET debit = 0",
        "INSERT INTO accounting.balance_tail VALUES (1)",
        "DELETE FROM accounting.balance_tail",
        "TRUNCATE accounting.journal_line",
        "ALTER TABLE accounting.journal_entry DISABLE TRIGGER ALL",
        "ALTER TABLE accounting.journal_line DROP CONSTRAINT ck_journal_line_currency",
        "DROP TRIGGER seal ON accounting.journal_entry",
        "CREATE OR REPLACE FUNCTION accounting.guard_entry() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN NEW; END $$",
        "SELECT accounting.seal_series(1, 1, ARRAY[1]::bigint[])",
        "SET session_replication_role = replica",
        "SET ROLE aorabooks_owner",
    ],
)
def test_the_application_can_neither_reach_nor_remove_the_guards(
    attacker: Connection, posted: int, statement: str
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        attacker.execute(statement.encode())


def test_nobody_forges_a_seal(attacker: Connection, posted: int) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="are given when"):
        attacker.execute(
            "INSERT INTO accounting.journal_entry (journal_id, date, state, series_id, sequence,"
            " number, chain_seq, previous_hash, hash, posted_at, posted_by)"
            " SELECT journal_id, date, 'posted', series_id, 99, 'X', 99, 'a', 'b', now(), 'me'"
            " FROM accounting.journal_entry WHERE id = %s",
            (posted,),
        )


def test_a_name_of_the_attackers_own_does_not_deceive_the_guards(
    attacker: Connection, posted: int
) -> None:
    """A temporary table called like a catalog is looked at by nobody."""
    try:
        attacker.execute("CREATE TEMPORARY TABLE pg_class AS SELECT * FROM pg_catalog.pg_class")
        attacker.execute("UPDATE pg_class SET relowner = current_user::regrole::oid")
    except errors.InsufficientPrivilege:
        return  # the role may not even make temporary tables
    with pytest.raises(errors.InsufficientPrivilege, match="are given when"):
        attacker.execute(
            "INSERT INTO accounting.journal_entry (journal_id, date, state, series_id, sequence,"
            " number, chain_seq, previous_hash, hash, posted_at, posted_by)"
            " SELECT journal_id, date, 'posted', series_id, 99, 'X', 99, 'a', 'b', now(), 'me'"
            " FROM accounting.journal_entry WHERE id = %s",
            (posted,),
        )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    amounts=st.lists(
        st.decimals(
            allow_nan=False, allow_infinity=False, places=5, min_value=-1000, max_value=1000
        ),
        max_size=6,
    )
)
def test_only_what_balances_commits_whatever_is_written(
    attacker: Connection, amounts: list[Any]
) -> None:
    _write(attacker, *(str(amount) for amount in amounts))
    sound = len(amounts) >= 2 and sum(amounts) == 0
    try:
        attacker.commit()
        committed = True
    except errors.CheckViolation:
        attacker.rollback()
        committed = False
    assert committed is sound


def test_a_change_by_the_databases_owner_is_seen_in_the_chain(
    kernel: Kernel, tenant: Tenant, posted: int, sale: Callable[..., EntryDraft]
) -> None:
    with kernel.session(tenant) as session:
        post_entry(session, sale("3"))
    with kernel.session(tenant) as session:
        assert chain.verify(session).holds
    tamper = (
        ("UPDATE accounting.journal_line SET label = 'x' WHERE entry_id = {id}", "broken"),
        ("UPDATE accounting.journal_entry SET partner = 'x' WHERE id = {id}", "broken"),
        ("DELETE FROM accounting.journal_entry WHERE id = {id}", "broken"),
        (
            "DELETE FROM accounting.journal_entry WHERE chain_seq ="
            " (SELECT max(chain_seq) FROM accounting.journal_entry)",
            "cut_journals",
        ),
    )
    for statement, finding in tamper:
        with kernel.session(tenant, role="owner") as session:
            for table in ("journal_entry", "journal_line"):
                session.execute(text(f"ALTER TABLE accounting.{table} DISABLE TRIGGER USER"))
            session.execute(text(statement.format(id=posted)))
            report = chain.verify(session)
            assert not report.holds
            assert getattr(report, finding)
            session.rollback()
