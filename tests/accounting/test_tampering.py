"""Somebody with the database owner's password changes what was posted, with all triggers off.

The application's own role cannot; its owner can switch off every guard. What they cannot do is
make the hashes fit, or change what was witnessed elsewhere: `doctor` and the nightly job name the
entry. Each kind of tampering is done here, looked at through those two doors, and undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import psycopg
import pytest
from psycopg.types.json import Json

from addons.accounting.jobs import verify_chain
from addons.accounting.services import chain
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.chart import create_accounts
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import post
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import health
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tenants.testing.tenants import fresh_tenant

_TABLES = ("number_series", "journal_entry", "journal_line", "journal_chain", "balance_tail")


@pytest.fixture(scope="module")
def books(kernel: Kernel) -> Iterator[Tenant]:
    """Five entries of 2026, GEN/2026/00001 to 5, sound and witnessed."""
    with fresh_tenant(kernel, "tampered", addons=("contacts", "accounting")) as tenant:
        with kernel.session(tenant) as session:
            create_accounts(session, {"Assets:Cash": "asset", "Income:Sales": "income"})
            ensure_years(session, [date(2026, 1, 1)])
        for place in range(1, 6):
            with kernel.session(tenant) as session:
                post(session, _sale(place))
        with kernel.session(tenant) as session:
            verify_chain(session)
        yield tenant


def _sale(place: int) -> EntryDraft:
    amount = Decimal(100 * place)
    return EntryDraft(
        date(2026, 1, place),
        (
            LineDraft("Assets:Cash", amount, currency="SAR"),
            LineDraft("Income:Sales", -amount, currency="SAR", tax_code="S15", tax_role="base"),
        ),
        narration=f"Sale {place}",
        journal="GEN",
    )


@pytest.fixture
def tampering(books: Tenant) -> Iterator[Callable[[str], None]]:
    """`tampering(sql)` runs a statement as the owner with the guards off, for this test alone."""
    with _owner(books) as connection:
        kept = {
            table: connection.execute(
                f"SELECT coalesce(json_agg(t), '[]') FROM accounting.{table} AS t".encode()
            ).fetchone()
            for table in _TABLES
        }

    def tamper(statement: str) -> None:
        with _owner(books) as connection:
            connection.execute(statement.encode())

    yield tamper
    with _owner(books) as connection:
        for table in reversed(_TABLES):
            connection.execute(f"DELETE FROM accounting.{table}".encode())
        for table in _TABLES:
            columns = connection.execute(
                "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid ="
                " %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
                (f"accounting.{table}",),
            ).fetchone()
            content = kept[table]
            assert columns is not None
            assert content is not None
            connection.execute(
                f"INSERT INTO accounting.{table} ({columns[0]}) OVERRIDING SYSTEM VALUE"
                f" SELECT {columns[0]} FROM json_populate_recordset(NULL::accounting.{table},"
                " %s::json)".encode(),
                (Json(content[0]),),
            )


@contextmanager
def _owner(tenant: Tenant) -> Iterator[psycopg.Connection]:
    with psycopg.connect(**tenant.owner.conninfo()) as connection:
        for table in _TABLES:
            connection.execute(f"ALTER TABLE accounting.{table} DISABLE TRIGGER USER".encode())
        yield connection
        for table in _TABLES:
            connection.execute(f"ALTER TABLE accounting.{table} ENABLE TRIGGER USER".encode())


def _doctor(kernel: Kernel, tenant: Tenant) -> dict[str, str]:
    """What doctor finds wrong with the books, by the name of the invariant."""
    found = health.of_tenant(kernel, tenant)
    return {f.name: f.detail for f in found if not f.holds and f.name.startswith("accounting.")}


def _line(number: str, position: int) -> str:
    return (
        "entry_id = (SELECT id FROM accounting.journal_entry WHERE number = 'GEN/2026/"
        f"{number}') AND position = {position}"
    )


def test_sound_books_are_sound(kernel: Kernel, books: Tenant) -> None:
    assert _doctor(kernel, books) == {}


CHAIN = "accounting.chains_verify"
OTHER = "its content is not what was posted"


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE accounting.journal_line SET amount = sign(amount) * 7"
            f" WHERE {_line('00002', 1)} OR {_line('00002', 2)}",
            f"GEN/2026/00002: {OTHER}",
        ),
        (
            f"DELETE FROM accounting.journal_line WHERE {_line('00003', 2)}",
            f"GEN/2026/00003: {OTHER}",
        ),
        (
            f"UPDATE accounting.journal_line SET tax_code = 'Z' WHERE {_line('00004', 2)}",
            f"GEN/2026/00004: {OTHER}",
        ),
        (
            f"UPDATE accounting.journal_line SET due_date = '2027-01-01' WHERE {_line('00001', 1)}",
            f"GEN/2026/00001: {OTHER}",
        ),
        (
            "UPDATE accounting.journal_entry SET posted_by = 'nobody'"
            " WHERE number = 'GEN/2026/00005'",
            f"GEN/2026/00005: {OTHER}",
        ),
        (
            # Back to the version that leaves out what lines say of tax.
            "UPDATE accounting.journal_entry SET hash_version = 1 WHERE number = 'GEN/2026/00002'",
            f"GEN/2026/00002: {OTHER}",
        ),
        (
            "DELETE FROM accounting.journal_entry"
            " WHERE number IN ('GEN/2026/00002', 'GEN/2026/00003')",
            "GEN/2026/00004: link 2 to 3 of journal GEN before it is missing",
        ),
    ],
    ids=["amount", "line deleted", "tax code", "due date", "author", "version", "entries deleted"],
)
def test_doctor_and_the_nightly_job_name_the_entry(
    kernel: Kernel, books: Tenant, tampering: Callable[[str], None], statement: str, found: str
) -> None:
    tampering(statement)
    assert _doctor(kernel, books)[CHAIN] == found
    with kernel.session(books) as session, pytest.raises(RuntimeError, match=found.split(":")[0]):
        verify_chain(session)


def test_lines_that_the_owner_adds_past_every_guard_are_named(
    kernel: Kernel, books: Tenant, tampering: Callable[[str], None]
) -> None:
    """The guards let the owner insert, which posts on behalf of everybody; the hash does not."""
    wanted = f"{_line('00003', 1)} OR {_line('00003', 2)}"
    again = (
        "INSERT INTO accounting.journal_line"
        " (entry_id, date, position, account_id, amount, currency)"
        " SELECT entry_id, date, position + 2, account_id, amount, currency"
        f" FROM accounting.journal_line WHERE {wanted}"
    )
    with psycopg.connect(**books.owner.conninfo()) as connection:
        connection.execute(again.encode())
    assert _doctor(kernel, books)[CHAIN] == f"GEN/2026/00003: {OTHER}"
    with kernel.session(books) as session, pytest.raises(RuntimeError, match="GEN/2026/00003"):
        verify_chain(session)


def test_two_entries_that_changed_places_are_both_named(
    kernel: Kernel, books: Tenant, tampering: Callable[[str], None]
) -> None:
    tampering(
        "UPDATE accounting.journal_line AS line SET entry_id = CASE entry.number"
        " WHEN 'GEN/2026/00002' THEN (SELECT id FROM accounting.journal_entry WHERE number ="
        " 'GEN/2026/00003') ELSE (SELECT id FROM accounting.journal_entry WHERE number ="
        " 'GEN/2026/00002') END, date = CASE entry.number WHEN 'GEN/2026/00002' THEN"
        " DATE '2026-01-03' ELSE DATE '2026-01-02' END FROM accounting.journal_entry AS entry"
        " WHERE entry.id = line.entry_id AND entry.number IN ('GEN/2026/00002', 'GEN/2026/00003')"
    )
    assert _doctor(kernel, books)[CHAIN] == (f"GEN/2026/00002: {OTHER}; GEN/2026/00003: {OTHER}")


def test_a_hash_made_to_fit_breaks_the_next_link(
    kernel: Kernel, books: Tenant, tampering: Callable[[str], None]
) -> None:
    tampering("UPDATE accounting.journal_entry SET narration = 'x' WHERE number = 'GEN/2026/00003'")
    tampering(
        "UPDATE accounting.journal_entry AS entry SET hash ="
        " accounting.entry_hash(entry.previous_hash, entry) WHERE number = 'GEN/2026/00003'"
    )
    assert _doctor(kernel, books)[CHAIN] == (
        "GEN/2026/00004: it does not follow the entry before it"
    )


CUT = "DELETE FROM accounting.journal_entry WHERE number = 'GEN/2026/00005'"
SHORTEN = (
    "UPDATE accounting.journal_chain AS chain SET length = entry.chain_seq, hash = entry.hash"
    " FROM accounting.journal_entry AS entry WHERE entry.number = 'GEN/2026/00004'"
    " AND chain.journal_id = entry.journal_id"
)
RENUMBER = "UPDATE accounting.number_series SET last_number = 4"


def test_an_end_that_was_cut_off_is_missed(
    kernel: Kernel, books: Tenant, tampering: Callable[[str], None]
) -> None:
    tampering(CUT)
    found = _doctor(kernel, books)
    assert found[CHAIN] == "end of GEN: 4 links are left of 5"
    assert found["accounting.numbers_have_no_gap"] == "GEN/2026/: 4 of 5"


def test_the_page_of_numbers_names_those_that_no_entry_bears(
    kernel: Kernel,
    books: Tenant,
    tampering: Callable[[str], None],
    transport: AppTransport,
) -> None:
    with open_browser(transport, f"{books.slug}.localhost") as browser:
        sign_in(kernel, books, browser, ["accounting.auditor"])
        assert "No gap" in browser.get("/accounting/number-series").text
        for number in ("00002", "00003", "00005"):
            entry = f"FROM accounting.journal_entry WHERE number = 'GEN/2026/{number}'"
            tampering(f"DELETE FROM accounting.balance_tail WHERE entry_id = (SELECT id {entry})")
            tampering(f"DELETE FROM accounting.journal_line WHERE entry_id = (SELECT id {entry})")
            tampering(f"DELETE {entry}")
        page = browser.get("/accounting/number-series").text
        assert "Missing: 3" in page
        table = browser.get("/accounting/number-series/missing.csv").content.decode("utf-8-sig")
    assert table.splitlines() == [
        "Journal,Fiscal year,First number,Last number,Missing",
        "GEN,2026,GEN/2026/00002,GEN/2026/00003,2",
        "GEN,2026,GEN/2026/00005,GEN/2026/00005,1",
    ]


def test_a_chain_that_was_shortened_with_its_end_is_known_to_the_witness(
    kernel: Kernel, books: Tenant, tampering: Callable[[str], None]
) -> None:
    for statement in (CUT, SHORTEN, RENUMBER):
        tampering(statement)
    found = _doctor(kernel, books)[CHAIN]
    assert found.startswith("end of GEN: 4 links are left of the 5 that were witnessed on ")


def test_a_chain_that_was_cut_and_went_on_is_known_to_the_witness(
    kernel: Kernel, books: Tenant, tampering: Callable[[str], None]
) -> None:
    for statement in (CUT, SHORTEN, RENUMBER):
        tampering(statement)
    with kernel.session(books) as session:
        post(session, _sale(6))
    assert _doctor(kernel, books)[CHAIN].startswith(
        "GEN: link 5 is not the one that was witnessed on "
    )


def test_the_witness_never_goes_back(kernel: Kernel, books: Tenant) -> None:
    before = kernel.witness.noted(books.id)
    assert {noted.position for noted in before.values()} == {5}
    for name in before:
        kernel.witness.note(books.id, name, 3, "f" * 64)
    assert kernel.witness.noted(books.id) == before


def test_what_was_sealed_by_the_first_version_still_verifies(
    kernel: Kernel, books: Tenant, tampering: Callable[[str], None]
) -> None:
    """Entries of companies that were here before lines had partners and taxes."""
    tampering(
        "UPDATE accounting.journal_entry SET hash_version = 1 WHERE number = 'GEN/2026/00001'"
    )
    tampering(
        "UPDATE accounting.journal_entry AS entry SET hash ="
        " accounting.entry_hash(entry.previous_hash, entry) WHERE number = 'GEN/2026/00001'"
    )
    with kernel.session(books, readonly=True) as session:
        report = chain.verify(session)
    assert report.findings == ("GEN/2026/00002: it does not follow the entry before it",)
