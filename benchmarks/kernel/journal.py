"""The journal: entries one by one and in bulk, and a trial balance over a million lines."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

import psycopg

from addons.accounting.models import AccountType
from addons.accounting.services import bulk, calendar, chart, ledger, statements
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from benchmarks.figure import Figure, against, progress
from benchmarks.rates import in_turn, rounds, seconds
from benchmarks.stage import Stage
from core.api import Period
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

FIRST_DAY = date(2024, 1, 1)
DAYS = 730
SINGLE = 1_500
BULK = 20_000
LINES = 1_000_000
ACCOUNTS = [f"{kind}:Bench {number:02}" for kind in ("Assets", "Expenses") for number in range(50)]

# Entries per second of two other programs on a machine like this: in a transaction each, and in one
# transaction of a thousand.
PEERS = {"Tryton": 22, "Odoo": 27}
BULK_PEERS = {"Tryton": 98, "Odoo": 159}

# By hand, what an entry needs: header, two lines, the event, all checked by the same triggers.
ENTRY = (
    "INSERT INTO accounting.journal_entry (journal_id, date, state, narration, source_type,"
    " source_id) SELECT id, %s, 'posted', %s, 'peer', %s FROM accounting.journal"
    " WHERE code = 'GEN' RETURNING id"
)
LINES_OF = (
    "INSERT INTO accounting.journal_line (entry_id, date, position, account_id, amount, currency)"
    " SELECT %s, %s, given.position, account.id, given.amount, 'USD'"
    " FROM unnest(%s::text[], %s::numeric[]) WITH ORDINALITY AS given (code, amount, position)"
    " JOIN accounting.account ON account.code = given.code"
)
EVENT = (
    "INSERT INTO core.event_log (event_id, name, payload, actor)"
    " VALUES (gen_random_uuid(), 'peer.Posted', '{}', 'peer')"
)
ACTOR = "SELECT set_config('aorabooks.actor', 'peer', true)"
BARE_TABLES = """
CREATE SCHEMA bare;
CREATE TABLE bare.journal_entry (LIKE accounting.journal_entry INCLUDING ALL);
CREATE TABLE bare.journal_line (LIKE accounting.journal_line INCLUDING ALL);
ALTER TABLE bare.journal_line
  ADD FOREIGN KEY (entry_id) REFERENCES bare.journal_entry (id),
  ADD FOREIGN KEY (account_id) REFERENCES accounting.account (id)
"""


def measure(stage: Stage) -> Iterator[Figure]:
    """`post_single`, `post_bulk` and `trial_balance_1m_ms`."""
    tenant = tenant_with_books(stage, "journal")
    yield _single(stage, tenant)
    yield _bulk(stage, tenant)
    yield _trial_balance(stage, tenant_with_books(stage, "million"))


def measure_single(stage: Stage) -> Iterator[Figure]:
    """`post_single` alone."""
    yield _single(stage, tenant_with_books(stage, "single"))


def _single(stage: Stage, tenant: Tenant) -> Figure:
    progress(f"Posting {SINGLE} entries, a transaction each")
    more = entries("single")

    def ours() -> float:
        wanted = list(itertools.islice(more, SINGLE))
        return SINGLE / seconds(lambda: [_post(stage.kernel, tenant, entry) for entry in wanted])

    with psycopg.connect(**tenant.runtime.conninfo()) as connection:

        def bare() -> float:
            wanted = list(itertools.islice(more, SINGLE))
            return SINGLE / seconds(lambda: [_by_hand(connection, entry) for entry in wanted])

        rate, limit = in_turn(ours, bare)
    note = f"by hand beside it; {rate / max(PEERS.values()):.0f} times the best of {_listed(PEERS)}"
    return against("post_single", rate, "entry/s", limit, note)


def _listed(peers: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {rate:,.0f}/s" for name, rate in peers.items())


def _post(kernel: Kernel, tenant: Tenant, entry: EntryDraft) -> None:
    with kernel.session(tenant) as session:
        ledger.post(session, entry)


def _by_hand(connection: psycopg.Connection, entry: EntryDraft) -> None:
    connection.execute(ACTOR)
    row = connection.execute(ENTRY, [entry.date, entry.narration, entry.source_id]).fetchone()
    assert row is not None
    codes = [line.account for line in entry.lines]
    amounts = [line.amount for line in entry.lines]
    connection.execute(LINES_OF, [row[0], entry.date, codes, amounts])
    connection.execute(EVENT)
    connection.commit()


def _bulk(stage: Stage, tenant: Tenant) -> Figure:
    progress(f"Posting {BULK} entries at once, beside COPY into bare tables")
    more = entries("bulk")

    def ours() -> float:
        wanted = list(itertools.islice(more, BULK))
        return 2 * BULK / seconds(lambda: _post_all(stage.kernel, tenant, wanted))

    with psycopg.connect(stage.server.url(tenant.runtime.database)) as admin:
        admin.execute(BARE_TABLES)
        admin.commit()
        numbers = itertools.count(10_000_000)

        def bare() -> float:
            wanted = list(itertools.islice(more, BULK))
            ids = list(itertools.islice(numbers, BULK))
            return 2 * BULK / seconds(lambda: _copy(admin, ids, wanted))

        rate, limit = in_turn(ours, bare)
    note = f"COPY beside it; {rate / 2:,.0f} entries/s, {_listed(BULK_PEERS)}"
    return against("post_bulk", rate, "lines/s", limit, note)


def _post_all(kernel: Kernel, tenant: Tenant, entries: list[EntryDraft]) -> None:
    with kernel.session(tenant) as session:
        bulk.post_bulk(session, entries)


def _copy(admin: psycopg.Connection, ids: list[int], entries: list[EntryDraft]) -> None:
    accounts = dict(admin.execute("SELECT code, id FROM accounting.account").fetchall())
    journal = admin.execute("SELECT id FROM accounting.journal WHERE code = 'GEN'").fetchone()
    assert journal is not None
    with admin.cursor() as cursor:
        header = "(id, journal_id, date, state, narration, source_type, source_id)"
        with cursor.copy(f"COPY bare.journal_entry {header} FROM STDIN") as copy:
            for number, entry in zip(ids, entries, strict=True):
                copy.write_row(
                    (number, journal[0], entry.date, "posted", entry.narration, "bare", number)
                )
        columns = "(entry_id, date, position, account_id, amount, currency)"
        with cursor.copy(f"COPY bare.journal_line {columns} FROM STDIN") as copy:
            for number, entry in zip(ids, entries, strict=True):
                for position, line in enumerate(entry.lines, start=1):
                    copy.write_row(
                        (number, entry.date, position, accounts[line.account], line.amount, "USD")
                    )
    admin.commit()


def _trial_balance(stage: Stage, tenant: Tenant) -> Figure:
    more = entries("million")
    count = LINES // 2
    progress(f"Posting {count} entries for the trial balance")
    for _ in range(count // 50_000):
        _post_all(stage.kernel, tenant, list(itertools.islice(more, 50_000)))
    for entry in itertools.islice(more, 100):  # a tail that no roll-up has taken in yet
        _post(stage.kernel, tenant, entry)
    progress("The trial balance, beside a plain sum over the lines")
    whole = "SELECT account_id, currency, sum(amount) FROM accounting.journal_line GROUP BY 1, 2"
    with psycopg.connect(**tenant.runtime.conninfo()) as connection:
        plain = rounds(lambda: seconds(lambda: connection.execute(whole).fetchall()), 5)

    def report() -> float:
        with stage.kernel.session(tenant, readonly=True) as session:
            return seconds(lambda: statements.trial_balance(session, Period()))

    return against("trial_balance_1m_ms", rounds(report, 5) * 1000, "ms", plain * 1000)


def tenant_with_books(stage: Stage, slug: str) -> Tenant:
    """A tenant with a hundred accounts and the years that `entries` are dated in."""
    tenant = stage.tenant(slug)
    types: dict[str, AccountType] = {
        code: "asset" if code.startswith("Assets") else "expense" for code in ACCOUNTS
    }
    with stage.kernel.session(tenant) as session:
        chart.create_accounts(session, types)
        days = (FIRST_DAY, FIRST_DAY + timedelta(days=DAYS))
        calendar.ensure_years(session, days)
    return tenant


def entries(name: str) -> Iterator[EntryDraft]:
    """Entries of two lines over a hundred accounts and two years, without end."""
    chance = random.Random(name)
    for number in itertools.count():
        amount = Decimal(chance.randrange(1, 1_000_000)) / 100
        debit, credit = chance.sample(ACCOUNTS, 2)
        yield EntryDraft(
            date=FIRST_DAY + timedelta(days=chance.randrange(DAYS)),
            lines=(
                LineDraft(debit, amount, currency="USD"),
                LineDraft(credit, -amount, currency="USD"),
            ),
            journal="GEN",
            narration=f"Entry {number}",
            source_type=f"bench-{name}",
            source_id=str(number),
        )
