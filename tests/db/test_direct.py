"""Statements that go to the driver as they are: the same rows, errors, author and refusals as by
the session itself."""

from __future__ import annotations

from typing import Final

import pytest
from sqlalchemy import bindparam, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.exc import IntegrityError

from core.addons.models import StoredOptions
from core.db.audit_models import AuditEntry
from core.db.direct import fetch_rows, fetch_value, run_sql
from core.db.session import binding, savepoint
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

_ADD: Final = text(
    "INSERT INTO core.option (addon, values) VALUES (:addon, CAST(:values AS jsonb)) RETURNING id"
)
_NAMED: Final = (
    select(StoredOptions.addon, StoredOptions.values)
    .where(StoredOptions.addon == func.any(bindparam("names", type_=ARRAY(TEXT))))
    .order_by(StoredOptions.addon)
)
_MANY: Final = select(StoredOptions.id).where(
    StoredOptions.addon.in_(bindparam("names", expanding=True))
)


def test_rows_are_those_that_the_session_finds(platform: Kernel, company: Tenant) -> None:
    with platform.session(company) as session:
        for name in ("pear", "apple"):
            assert fetch_value(session, _ADD, {"addon": name, "values": '{"a": 1}'}) > 0
        asked = {"names": ["apple", "pear", "plum"]}
        found = fetch_rows(session, _NAMED, asked)
        assert [tuple(row) for row in found] == [
            tuple(row) for row in session.execute(_NAMED, asked)
        ]
        assert [(row.addon, row.values) for row in found] == [
            ("apple", {"a": 1}),
            ("pear", {"a": 1}),
        ]
        assert fetch_value(session, _NAMED, {"names": ["plum"]}) is None


def test_one_value_is_asked_for_as_one(platform: Kernel, company: Tenant) -> None:
    """A list of one value finds what it would find as a list, and its plan is kept."""
    found_by = text("SELECT addon FROM core.option WHERE addon = ANY (CAST(:names AS text[]))")
    twice = text(
        "SELECT addon, CAST(:names AS text[]) AS names FROM core.option"
        " WHERE addon = ANY (CAST(:names AS text[]))"
    )
    with platform.session(company) as session:
        fetch_value(session, _ADD, {"addon": "grape", "values": "{}"})
        for names in (["grape"], ["grape", "lime"], ["grape", None]):
            assert [row.addon for row in fetch_rows(session, found_by, {"names": names})] == [
                "grape"
            ]
        assert fetch_rows(session, found_by, {"names": [None]}) == []
        assert fetch_rows(session, found_by, {"names": []}) == []
        (row,) = fetch_rows(session, twice, {"names": ["grape"]})
        assert row.names == ["grape"]
        for _ in range(12):
            fetch_rows(session, found_by, {"names": ["grape"]})
        kept = "SELECT sum(generic_plans) FROM pg_prepared_statements WHERE statement LIKE :like"
        like = {"like": "SELECT addon FROM core.option WHERE addon = CAST(%"}
        assert fetch_value(session, text(kept), like) > 0


def test_what_waits_to_be_written_is_found_and_bears_its_author(
    platform: Kernel, company: Tenant
) -> None:
    with platform.session(company) as session:
        session.add(StoredOptions(addon="cherry", values={}))
        assert fetch_value(session, _NAMED, {"names": ["cherry"]}) == "cherry"
        changed = text("UPDATE core.option SET values = '{\"b\": 2}' WHERE addon = :addon")
        assert run_sql(session, changed, {"addon": "cherry"}) == 1
        who = session.scalars(select(AuditEntry.actor).where(AuditEntry.operation == "update"))
        assert "unattributed" not in set(who)


def test_rows_from_a_select_come_with_their_author(platform: Kernel, company: Tenant) -> None:
    both = func.unnest(bindparam("names", type_=ARRAY(TEXT))).column_valued("name")
    copied = select(both, literal({}, StoredOptions.values.type))
    add = insert(StoredOptions).from_select(["addon", "values"], copied, include_defaults=False)
    with platform.session(company) as session:
        assert run_sql(session, add, {"names": ["date", "elder"]}) == 2
        who = session.scalars(select(AuditEntry.actor).where(AuditEntry.operation == "insert"))
        assert set(who) == {binding(session).author.label}


def test_errors_are_those_of_the_session(platform: Kernel, company: Tenant) -> None:
    twice = {"addon": "twice", "values": "{}"}
    with platform.session(company) as session:
        fetch_rows(session, _ADD, twice)
        with pytest.raises(IntegrityError), savepoint(session):
            fetch_rows(session, _ADD, twice)
        session.rollback()
    with platform.session(company, readonly=True) as session:
        assert fetch_value(session, _NAMED, {"names": ["twice"]}) is None


def test_a_session_that_only_reads_refuses_to_write(platform: Kernel, company: Tenant) -> None:
    with (
        pytest.raises(RuntimeError, match="only reads"),
        platform.session(company, readonly=True) as session,
    ):
        fetch_value(session, _ADD, {"addon": "late", "values": "{}"})


def test_a_statement_that_is_another_for_each_number_of_values_is_not_taken(
    platform: Kernel, company: Tenant
) -> None:
    with (
        pytest.raises(TypeError, match="all values"),
        platform.session(company, readonly=True) as session,
    ):
        fetch_rows(session, _MANY, {"names": ["apple"]})


def test_a_row_that_python_would_complete_is_not_taken(platform: Kernel, company: Tenant) -> None:
    plain = insert(StoredOptions).values(addon=bindparam("addon"), values=bindparam("values"))
    with pytest.raises(TypeError, match="all values"), platform.session(company) as session:
        run_sql(session, plain, {"addon": "fig", "values": {}})
