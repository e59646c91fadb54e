"""Sixteen writers into one gapless series, beside sixteen who post the same without a number."""

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

# What numbering costs is the seal: without its trigger an entry is written, checked by nothing and
# has no number. Balance and period are asked for by `post` on both sides.
_UNNUMBERED: Final = "ALTER TABLE accounting.journal_entry DISABLE TRIGGER seal"
_NUMBERED: Final = "ALTER TABLE accounting.journal_entry ENABLE TRIGGER seal"
_SOUND: Final = text("""
SELECT count(*) AS posted, count(DISTINCT sequence) AS places, max(sequence) AS last
  FROM accounting.journal_entry WHERE number IS NOT NULL
 GROUP BY series_id HAVING count(*) <> max(sequence) OR count(DISTINCT sequence) <> count(*)
""")


def measure(stage: Stage) -> Iterator[Figure]:
    """`post_16_writers`: entries per second, each in a transaction of its own; a deadlock would
    end the run, and a gap or a duplicate does."""
    tenant, plain = tenant_with_books(stage, "writers"), tenant_with_books(stage, "unnumbered")
    _execute(stage, plain, _UNNUMBERED)
    progress(f"{WRITERS} writers post {ENTRIES} entries, with numbers and without")
    ours, theirs = entries("writers"), entries("unnumbered")
    before = server_seconds(stage)
    numbered, unnumbered = in_turn(
        lambda: _rate(stage.kernel, tenant, ours), lambda: _rate(stage.kernel, plain, theirs)
    )
    spent = server_seconds(stage) - before
    _execute(stage, plain, _NUMBERED)
    with stage.kernel.session(tenant, readonly=True) as session:
        gaps = session.execute(_SOUND).all()
        posted = session.scalar(text("SELECT count(number) FROM accounting.journal_entry"))
    if gaps or posted != 3 * ENTRIES:
        raise RuntimeError(f"{posted} entries were numbered, with gaps or duplicates: {gaps}")
    note = f"no gap, duplicate or deadlock; without numbers beside it; {spent:.1f} s of PostgreSQL"
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
