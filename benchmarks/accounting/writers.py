"""Sixteen writers into one gapless series, beside sixteen who need not wait for a number.

The peer posts the same entries through the same checks: they are balanced, dated, hashed, written
and counted in the balances alike. It takes its numbers from the entries' ids, which have gaps, and
hashes no predecessor, so that it takes no lock that another writer waits for. What lies between
both is the price of a series without gaps and of a chain.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

import psycopg
from sqlalchemy import text

from addons.accounting.services import ledger
from addons.accounting.services.entry_draft import EntryDraft
from benchmarks.cpu import server_seconds
from benchmarks.figure import Figure, against, progress
from benchmarks.kernel.journal import entries, tenant_with_books
from benchmarks.rates import in_turn, rate_over
from benchmarks.stage import Stage
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

WRITERS: Final = 16
ENTRIES: Final = 3_200

_SERIES: Final = """
INSERT INTO accounting.number_series (journal_id, fiscal_year_id, prefix, digits, last_number)
  SELECT journal.id, year.id, journal.code || '/' || year.name || '/', 5, 0
    FROM accounting.journal, accounting.fiscal_year AS year
"""
# As the product's own `seal_series` (migration 0020), less chain and series.
_UNNUMBERED: Final = """
CREATE OR REPLACE FUNCTION accounting.seal_series(
  in_journal bigint, in_year bigint, ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  sealed_at timestamptz := clock_timestamp();
  sealed_by text := COALESCE(NULLIF(current_setting('aorabooks.actor', true), ''), session_user);
  nothing text := repeat('0', 64);
  each bigint;
  is_plain boolean;
BEGIN
  FOREACH each IN ARRAY ids LOOP
    UPDATE accounting.journal_entry AS entry
       SET series_id = given.series_id, sequence = entry.id, number = given.number,
           chain_seq = entry.id, previous_hash = nothing,
           hash = encode(sha256(convert_to(accounting.preimage(
             entry.hash_version, nothing,
             accounting.entry_content(entry, given.number, sealed_at, sealed_by, given.content)),
             'UTF8')), 'hex'),
           posted_at = sealed_at, posted_by = sealed_by
      FROM (SELECT min(series.id) AS series_id, min(series.prefix) || each AS number,
                   json_agg(accounting.line_content(of_entry.hash_version, line)
                            ORDER BY line.position, line.id) AS content,
                   count(line.id) > 1 AND sum(line.amount) = 0
                     AND min(line.currency) = max(line.currency) AS is_plain
              FROM accounting.journal_entry AS of_entry
              JOIN accounting.number_series AS series
                ON series.journal_id = in_journal AND series.fiscal_year_id = in_year
              LEFT JOIN accounting.journal_line AS line ON line.entry_id = of_entry.id
             WHERE of_entry.id = each) AS given
     WHERE entry.id = each
     RETURNING given.is_plain INTO STRICT is_plain;
    IF is_plain IS NOT TRUE THEN
      PERFORM accounting.refuse_unbalanced(ARRAY[each]);
    END IF;
  END LOOP;
END $$
"""
_SOUND: Final = text("""
SELECT count(*) AS posted, count(DISTINCT sequence) AS places, max(sequence) AS last
  FROM accounting.journal_entry WHERE number IS NOT NULL
 GROUP BY series_id HAVING count(*) <> max(sequence) OR count(DISTINCT sequence) <> count(*)
""")


def measure(stage: Stage) -> Iterator[Figure]:
    """`post_16_writers`: entries per second, each in a transaction of its own; a deadlock would
    end the run, and a gap or a duplicate does."""
    tenant, plain = tenant_with_books(stage, "writers"), tenant_with_books(stage, "unnumbered")
    _execute(stage, plain, _SERIES)
    _execute(stage, plain, _UNNUMBERED)
    progress(f"{WRITERS} writers post {ENTRIES} entries, gapless and not")
    ours, theirs = entries("writers"), entries("unnumbered")
    before = server_seconds(stage)
    numbered, unnumbered = in_turn(
        lambda: _rate(stage.kernel, tenant, ours), lambda: _rate(stage.kernel, plain, theirs)
    )
    spent = server_seconds(stage) - before
    with stage.kernel.session(tenant, readonly=True) as session:
        gaps = session.execute(_SOUND).all()
        posted = session.scalar(text("SELECT count(number) FROM accounting.journal_entry"))
    if gaps or posted != 3 * ENTRIES:
        raise RuntimeError(f"{posted} entries were numbered, with gaps or duplicates: {gaps}")
    note = f"no gap, duplicate or deadlock; peer: numbers with gaps; {spent:.1f} s of PostgreSQL"
    yield against("post_16_writers", numbered, "entry/s", unnumbered, note)


def _rate(kernel: Kernel, tenant: Tenant, more: Iterator[EntryDraft]) -> float:
    wanted = list(itertools.islice(more, ENTRIES))

    def post(entry: EntryDraft) -> None:
        with kernel.session(tenant) as session:
            ledger.post(session, entry)

    return rate_over(wanted, post, WRITERS)


def _execute(stage: Stage, tenant: Tenant, statement: str) -> None:
    with psycopg.connect(stage.server.url(tenant.runtime.database), autocommit=True) as admin:
        admin.execute(statement.encode())
