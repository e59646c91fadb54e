"""Many entries are posted at once: over journals, years and parts, some by several at a time.
They are in the books as if each had been posted by itself, and nothing stays where they came from.

Whoever puts something there past all Python gets no further than by any other way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import select, text

from addons.accounting.api import EntryDraft, post_entry
from addons.accounting.models import Journal, JournalEntry
from addons.accounting.services import chain, incoming
from addons.accounting.services.bulk import post_bulk
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.invariants import INVARIANTS
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.conftest import DAY

Connection = psycopg.Connection[tuple[Any, ...]]
Sale = Callable[..., EntryDraft]
JOURNALS = ("AAA", "BBB", "CCC")
YEARS = (date(2025, 7, 1), DAY, date(2027, 2, 3))


@pytest.fixture(scope="module", autouse=True)
def _journals(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        session.add_all(Journal(code=code, name=code, type="general") for code in JOURNALS)
        ensure_years(session, YEARS)


@pytest.fixture
def attacker(tenant: Tenant) -> Iterator[Connection]:
    """A bare connection of the application's role."""
    with psycopg.connect(**tenant.runtime.conninfo()) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "_PART", 7)


def _mixed(sale: Sale, count: int, label: str) -> list[EntryDraft]:
    return [
        replace(
            sale(str(place + 1), day=YEARS[place % 3], narration=f"{label} {place}"),
            journal=JOURNALS[place % 2 + place % 5 // 4],
        )
        for place in range(count)
    ]


@pytest.mark.usefixtures("_small_parts")
def test_entries_of_all_journals_and_years_are_numbered_and_chained_in_their_order(
    kernel: Kernel, tenant: Tenant, sale: Sale
) -> None:
    with kernel.session(tenant) as session:
        assert post_bulk(session, _mixed(sale, 40, "mixed")).created == 40
        post_entry(session, replace(sale("1", narration="after them"), journal="BBB"))
    with kernel.session(tenant) as session:
        for journal in JOURNALS:
            posted = session.scalars(
                select(JournalEntry)
                .where(JournalEntry.journal.has(Journal.code == journal))
                .order_by(JournalEntry.chain_seq)
            ).all()
            for year in YEARS:
                of_year = [entry for entry in posted if entry.date == year]
                assert [entry.sequence for entry in of_year] == [*range(1, len(of_year) + 1)]
                assert [e.id for e in of_year] == sorted(e.id for e in of_year)
            for entry in posted:
                assert entry.number == f"{journal}/{entry.date.year}/{entry.sequence:05}"
                assert [line.position for line in entry.lines] == [1, 2]
        assert chain.verify(session).holds
        assert all(invariant.check(session).holds for invariant in INVARIANTS)


@pytest.mark.usefixtures("_small_parts")
def test_several_post_many_at_once_and_none_waits_in_a_circle(
    kernel: Kernel, tenant: Tenant, sale: Sale
) -> None:
    barrier = threading.Barrier(3)

    def post(number: int) -> int:
        entries = _mixed(sale, 30, f"writer {number}")
        barrier.wait()
        with kernel.session(tenant) as session:
            return post_bulk(session, entries if number % 2 else entries[::-1]).created

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(post, range(3))) == [30, 30, 30]
    with kernel.session(tenant) as session:
        assert all(invariant.check(session).holds for invariant in INVARIANTS)


STRANGE = ("", " ", 'a "b", c', "one\ntwo", "a\rb", "\r\n", "\\.", "\\N", "tab\t", "NULL", "نص")


@pytest.mark.usefixtures("_small_parts")
def test_texts_arrive_as_they_were_given(kernel: Kernel, tenant: Tenant, sale: Sale) -> None:
    given = [
        replace(entry, lines=tuple(replace(line, label=told) for line in entry.lines))
        for told in STRANGE
        for entry in (sale("3", narration=told, reference=told, journal="CCC"),)
    ]
    with kernel.session(tenant) as session:
        post_bulk(session, given)
        newest = select(JournalEntry).order_by(JournalEntry.id.desc()).limit(len(given))
        posted = session.scalars(newest).all()[::-1]
        assert [(e.narration, e.reference, e.lines[1].label) for e in posted] == [
            (told, told, told) for told in STRANGE
        ]
        assert all((e.source_type, e.lines[0].analytic) == (None, None) for e in posted)
        assert chain.verify(session).holds


def test_nothing_stays_behind(kernel: Kernel, tenant: Tenant, sale: Sale) -> None:
    with kernel.session(tenant) as session:
        post_bulk(session, [sale("3"), sale("4")])
        for table in ("incoming_entry", "incoming_line"):
            assert session.scalar(text(f"SELECT count(*) FROM accounting.{table}")) == 0


def _stage(
    connection: Connection, entry_id: int, *amounts: str, day: str = "2026-03-14", lines_of: int = 0
) -> None:
    connection.execute(
        "INSERT INTO accounting.incoming_entry"
        " (id, journal_id, date, reference, narration, partner)"
        " SELECT %s, id, %s, '', '', '' FROM accounting.journal WHERE code = 'AAA'",
        (entry_id, day),
    )
    for position, amount in enumerate(amounts):
        connection.execute(
            "INSERT INTO accounting.incoming_line (entry_id, position, account_id, label, amount,"
            " currency, original_currency, unit, tax_code, tax_role)"
            " SELECT %s, %s, id, '', %s, 'USD', '', '', '', '' FROM accounting.account"
            "  WHERE code = 'Assets:Cash'",
            (lines_of or entry_id, position, amount),
        )


def _post(connection: Connection) -> None:
    connection.execute("SELECT accounting.post_incoming()")


@pytest.mark.parametrize("amounts", [(), ("5",), ("5", "-4.99")])
def test_what_does_not_balance_is_refused_there_too(
    attacker: Connection, amounts: tuple[str, ...]
) -> None:
    _stage(attacker, 900_000, *amounts)
    with pytest.raises(errors.CheckViolation):
        _post(attacker)


def test_what_is_in_no_open_period_is_refused_there_too(attacker: Connection) -> None:
    _stage(attacker, 900_000, "5", "-5", day="1999-05-02")
    with pytest.raises(errors.CheckViolation, match="not set up"):
        _post(attacker)
    attacker.rollback()
    attacker.execute("UPDATE accounting.period SET state = 'closed' WHERE name = '2026-05'")
    _stage(attacker, 900_000, "5", "-5", day="2026-05-02")
    with pytest.raises(errors.CheckViolation, match="2026-05, which is closed"):
        _post(attacker)


def test_no_line_gets_into_an_entry_that_is_posted(
    kernel: Kernel, tenant: Tenant, attacker: Connection, sale: Sale
) -> None:
    with kernel.session(tenant) as session:
        posted = post_entry(session, sale("8")).id
    _stage(attacker, 900_000, "5", "-5", lines_of=posted)
    with pytest.raises(errors.CheckViolation):
        _post(attacker)
    attacker.rollback()
    _stage(attacker, 900_001, "5", "-5")
    attacker.execute(
        "INSERT INTO accounting.incoming_line (entry_id, position, account_id, label, amount,"
        " currency, original_currency, unit, tax_code, tax_role)"
        " SELECT %s, position, account_id, label, amount, currency, '', '', '', ''"
        "   FROM accounting.incoming_line WHERE entry_id = 900001",
        (posted,),
    )
    _post(attacker)
    count = attacker.execute(
        "SELECT count(*) FROM accounting.journal_line WHERE entry_id = %s", (posted,)
    ).fetchone()
    assert count == (2,)


def test_a_posted_entry_is_not_posted_again(
    kernel: Kernel, tenant: Tenant, attacker: Connection, sale: Sale
) -> None:
    with kernel.session(tenant) as session:
        posted = post_entry(session, sale("9")).id
    _stage(attacker, posted, "5", "-5")
    with pytest.raises(errors.UniqueViolation):
        _post(attacker)


def test_what_another_left_there_is_not_taken_for_ones_own(
    kernel: Kernel, tenant: Tenant, attacker: Connection, sale: Sale
) -> None:
    _stage(attacker, 900_002, "5", "-5")
    attacker.commit()
    with kernel.session(tenant) as session:
        assert post_bulk(session, [sale("11")]).created == 1
        assert session.get(JournalEntry, 900_002) is None
