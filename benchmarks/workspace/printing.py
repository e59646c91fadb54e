"""Printing five hundred documents of ten lines into one file, as the job does it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from typing import Any, Final

import psycopg
import typst
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry
from benchmarks.accounts import add_accounts
from benchmarks.figure import Figure, against, progress
from benchmarks.memory import peak_mb
from benchmarks.stage import Stage
from core.printing.presses import FONTS, Sheets
from core.printing.setting import Batch, sheets_of
from core.tenancy.tenant import Tenant
from core.web.printing.forms import form_named
from core.web.printing.gathering import Wanted, gather
from core.web.printing.runs import PART, RunOptions, write_run
from core.web.printing.service import order_of, print_pdf, stationery
from core.web.resources.effective import shape_named

DOCUMENTS: Final = 500
LINES: Final = 10
ONE_BY_ONE: Final = 20

# By the server's own superuser, without triggers: what is measured is printing, not posting.
FILL: Final = """
WITH entry AS (
  INSERT INTO accounting.journal_entry (journal_id, date, reference, partner, narration)
  SELECT (SELECT min(id) FROM accounting.journal), DATE '2026-01-01' + (n %% 300)::int,
         'INV-' || lpad(n::text, 5, '0'), 'Rahman Trading ' || n, 'Goods of the day'
    FROM generate_series(1, %s) AS n RETURNING id, date)
INSERT INTO accounting.journal_line
       (entry_id, date, position, account_id, label, amount, currency)
SELECT entry.id, entry.date, n, (SELECT min(id) + n FROM accounting.account),
       'Line ' || n || ' of the entry', CASE n %% 2 WHEN 0 THEN 1 ELSE -1 END * 1250.5, 'SAR'
  FROM entry, generate_series(1, %s) AS n
"""


def measure(stage: Stage) -> Iterator[Figure]:
    """`print_docs_per_s`: journal entries from the database to one PDF on disk. Beside it, typst
    alone on one core with what it is given ready made. `print_one_ms`: one of them."""
    tenant = stage.tenant("bench-print")
    add_accounts(stage.kernel, tenant, LINES)
    _fill(stage, tenant)
    with stage.kernel.session(tenant) as session:
        order = _order(session)
        records = list(session.scalars(select(JournalEntry).order_by(JournalEntry.id)))
        parts = _ready_made(session, order, records)
    bare = len(records) / _alone(parts)
    progress(f"Printing {DOCUMENTS:,} documents into one file")
    keys = [record.id for record in records]
    with tempfile.TemporaryFile() as file, stage.kernel.session(tenant) as session:
        # A worker's presses stand ready; its first job starts them.
        write_run(session, _order(session), keys[:PART], RunOptions("document", "en"), file)
    with (
        tempfile.TemporaryFile() as file,
        peak_mb() as peak,
        stage.kernel.session(tenant) as session,
    ):
        start = time.perf_counter()
        made = write_run(session, _order(session), keys, RunOptions("document", "en"), file)
        ours = made / (time.perf_counter() - start)
        size = file.tell() / 2**20
    note = f"limit: 100; {peak.grown:.0f} MB on top, file of {size:.1f} MB"
    yield against("print_docs_per_s", ours, "docs/s", bare, note)
    with stage.kernel.session(tenant) as session:
        start = time.perf_counter()
        for entry in session.scalars(select(JournalEntry).limit(ONE_BY_ONE)):
            print_pdf(session, order.shape, entry, "en")
        each = (time.perf_counter() - start) / ONE_BY_ONE * 1000
    yield against("print_one_ms", each, "ms", 1000 / bare)


def _order(session: Session) -> Wanted:
    shape = shape_named(session, "accounting.entries")
    assert shape is not None
    return order_of(session, shape, form_named(shape, ""), "en")


def _fill(stage: Stage, tenant: Tenant) -> None:
    with psycopg.connect(stage.server.url(tenant.owner.database), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(FILL, [DOCUMENTS, LINES])
        connection.execute("ANALYZE accounting.journal_entry, accounting.journal_line")


def _ready_made(session: Session, order: Wanted, records: list[Any]) -> list[Sheets]:
    shared = stationery(session, order, "Bare")
    return [
        sheets_of(Batch(shared, gather(session, order, records[at : at + PART])), "pdf")
        for at in range(0, len(records), PART)
    ]


def _alone(parts: list[Sheets]) -> float:
    """Seconds that typst takes for them in this process, on one core."""
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    start = time.perf_counter()
    for sheets in parts:
        files: Any = dict(sheets.files)
        compiler = typst.Compiler(
            files, root=str(FONTS), font_paths=fonts, sys_inputs=dict(sheets.inputs)
        )
        compiler.compile(files, format="pdf", pdf_tags=False)
    return time.perf_counter() - start
