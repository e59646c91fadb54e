"""Trial balance, income statement and balance sheet at one and ten million lines, as their pages
show them, proofs included; and what they read, equal to the sum of the lines while others post."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Final

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.services import ledger
from addons.accounting.services.balances import balances
from addons.reporting.services.asking import Asked
from addons.reporting.services.build import build
from benchmarks.figure import Figure, against, progress
from benchmarks.kernel.journal import entries, tenant_with_books
from benchmarks.rates import rounds, seconds
from benchmarks.stage import Stage
from core.tenancy.tenant import Tenant

LIMIT_1M: Final = 50.0
LIMIT_10M: Final = 100.0
PEERS: Final = "Tryton 1,220, Odoo 580 ms at 1 M"
YEAR: Final = (date(2024, 1, 1), date(2024, 12, 31))
_REPORTS: Final = {
    "trial_balance": "trial-balance",
    "income_statement": "profit-and-loss",
    "balance_sheet": "balance-sheet",
}
_TAIL: Final = 100

# Sealed entries, their chain and their months, worked out in sets: ten million lines by posting
# would take a quarter of an hour. What is measured, reading, finds them as posting leaves them.
_FILL: Final = (
    "INSERT INTO accounting.number_series (journal_id, fiscal_year_id, prefix, digits,"
    " last_number) SELECT journal.id, year.id, 'GEN/' || year.name || '/', 5, 0"
    "  FROM accounting.journal AS journal, accounting.fiscal_year AS year"
    " WHERE journal.code = 'GEN' AND year.start_date = '2024-01-01'",
    "INSERT INTO accounting.journal_entry (id, journal_id, date, state, narration, series_id,"
    " sequence, number, chain_seq, previous_hash, hash, posted_at, posted_by)"
    " SELECT n, journal.id, DATE '2024-01-01' + (n % 366)::int, 'posted', 'Entry ' || n,"
    "  series.id, n, series.prefix || n, n, repeat('0', 64), repeat('0', 64), now(), 'bench'"
    "  FROM generate_series(1, %(entries)s) AS n, accounting.journal, accounting.number_series"
    "  AS series WHERE journal.code = 'GEN' AND series.journal_id = journal.id",
    "INSERT INTO accounting.journal_line (entry_id, date, position, account_id, amount, currency)"
    " SELECT n, DATE '2024-01-01' + (n % 366)::int, side,"
    "  (ARRAY(SELECT id FROM accounting.account WHERE code LIKE '%%:Bench %%' ORDER BY id))"
    "    [1 + (n * (2 + side)) % 100],"
    "  (CASE side WHEN 1 THEN 1 ELSE -1 END) * (1 + n % 99991) / 100.0, 'USD'"
    "  FROM generate_series(1, %(entries)s) AS n, generate_series(1, 2) AS side",
    "INSERT INTO accounting.period_balance (account_id, currency, month, branch_id, debit, credit)"
    " SELECT account_id, currency, date_trunc('month', date)::date, 0, sum(debit), sum(credit)"
    "  FROM accounting.journal_line GROUP BY 1, 2, 3",
    "UPDATE accounting.number_series SET last_number = %(entries)s",
    "UPDATE accounting.journal_chain AS chain SET length = %(entries)s, hash = repeat('0', 64)"
    "  FROM accounting.journal WHERE journal.id = chain.journal_id AND journal.code = 'GEN'",
    "SELECT setval('accounting.journal_entry_id_seq', %(entries)s)",
)
# No report asks the indexes of the search, which would take most of the time of the filling.
_WITHOUT_SEARCH: Final = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT indexrelid::regclass::text FROM pg_index
               JOIN pg_class ON pg_class.oid = indexrelid
              WHERE indrelid = 'accounting.journal_entry'::regclass AND relname LIKE 'search\\_%'
  LOOP EXECUTE 'DROP INDEX ' || name; END LOOP;
END $$
"""
_LINES: Final = text("""
SELECT line.account_id, line.currency, sum(line.amount)
  FROM accounting.journal_line AS line
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
 WHERE entry.number IS NOT NULL GROUP BY 1, 2
""")


def measure_million(stage: Stage) -> Iterator[Figure]:
    """`trial_balance_1m_ms`, and the two statements."""
    yield from _measure(stage, 1_000_000, "1m", LIMIT_1M)


def measure_ten_million(stage: Stage) -> Iterator[Figure]:
    """`trial_balance_10m_ms`, and the two statements."""
    yield from _measure(stage, 10_000_000, "10m", LIMIT_10M)


def _measure(stage: Stage, lines: int, name: str, limit: float) -> Iterator[Figure]:
    tenant = tenant_with_books(stage, f"reports-{name}")
    progress(f"Filling a ledger of {lines:,} lines")
    fill(stage, tenant, lines // 2)
    more = entries(f"reports-{name}")
    for entry in itertools.islice(more, _TAIL):  # a tail that no roll-up has taken in yet
        with stage.kernel.session(tenant) as session:
            ledger.post(session, entry)
    for figure, report in _REPORTS.items():
        progress(f"{report} over {lines:,} lines")
        _seconds(stage, tenant, report)
        taken = rounds(partial(_seconds, stage, tenant, report), 7) * 1000
        yield against(f"{figure}_{name}_ms", taken, "ms", limit, f"at most; peers: {PEERS}")
    progress("Comparing with the sum of the lines while others post")
    compared = _compared_while_posting(stage, tenant, more, 5 if lines <= 1_000_000 else 2)
    yield Figure(f"equal_{name}", compared, "times", note="equal to the sum of the lines")


def _seconds(stage: Stage, tenant: Tenant, report: str) -> float:
    """As the page asks for it, with the state of its reconciliation."""
    asked = Asked(report, "custom", *YEAR)
    with stage.kernel.session(tenant, readonly=True) as session:
        return seconds(lambda: build(session, asked, "en"))


def fill(stage: Stage, tenant: Tenant, count: int) -> None:
    """Put `count` sealed entries of two lines into the tenant's books."""
    with psycopg.connect(stage.server.url(tenant.runtime.database)) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("SET maintenance_work_mem = '256MB'")
        admin.execute(_WITHOUT_SEARCH)
        for statement in _FILL:
            filled = statement.replace("%(entries)s", str(count)).replace("%%", "%")
            admin.execute(filled.encode())
        admin.commit()
        admin.autocommit = True
        admin.execute("VACUUM (ANALYZE) accounting.journal_line")
        admin.execute("VACUUM (ANALYZE) accounting.journal_entry")
        admin.execute("VACUUM (ANALYZE) accounting.period_balance")


def _compared_while_posting(stage: Stage, tenant: Tenant, more: Iterator, times: int) -> float:
    """How often both were compared in one snapshot each; raises at the first difference."""
    with _posting(stage, tenant, more):
        for _ in range(times):
            # A session that only reads has no transaction of its own, so this one can be.
            with stage.kernel.session(tenant, readonly=True) as session:
                connection = session.connection()
                connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                _require_equal(session)
                connection.exec_driver_sql("ROLLBACK")
    return float(times)


def _require_equal(session: Session) -> None:
    shown = {(b.account_id, b.currency): b.closing for b in balances(session) if b.closing}
    summed = {(row[0], row[1]): row[2] for row in session.execute(_LINES) if row[2]}
    if shown != summed:
        raise RuntimeError("the trial balance is not the sum of the lines")


@contextmanager
def _posting(stage: Stage, tenant: Tenant, more: Iterator) -> Iterator[None]:
    stop = threading.Event()

    def post() -> None:
        while not stop.is_set():
            with stage.kernel.session(tenant) as session:
                ledger.post(session, next(more))

    worker = threading.Thread(target=post)
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join()
