"""Importing 100,000 rows through a resource's own validation, beside bare inserts of the same."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator

from sqlalchemy import text

from benchmarks.figure import Figure, against, progress
from benchmarks.files import import_file
from benchmarks.memory import peak_mb
from benchmarks.stage import Stage
from core.tenancy.tenant import Tenant

ROWS = 100_000
KINDS = ("asset", "liability", "equity", "income", "expense")
_BARE = text(
    "INSERT INTO accounting.account (code, name, type, active) VALUES (:code, :name, :type, true)"
)


def measure(stage: Stage) -> Iterator[Figure]:
    """`import_rows_per_s`: accounts with code, name, type, use, currency and a yes or no."""
    tenant = stage.tenant("bench-imports")
    progress(f"Importing {ROWS:,} rows beside bare inserts of them")
    bare = ROWS / _bare(stage, tenant)
    content = _file()
    with peak_mb() as peak:
        start = time.perf_counter()
        import_file(stage, tenant, "accounting.accounts", content, created=ROWS)
        ours = ROWS / (time.perf_counter() - start)
    note = f"limit: 2,000; {peak.grown:.0f} MB at the most on top, the file sent included"
    yield against("import_rows_per_s", ours, "rows/s", bare, note)


def _file() -> bytes:
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["Code", "Name", "Type", "Use", "Currency", "Active"])
    for number in range(ROWS):
        kind = KINDS[number % len(KINDS)].title()
        writer.writerow([f"{number:07}", f"Account number {number}", kind, "Bank", "SAR", "Yes"])
    return rows.getvalue().encode()


def _bare(stage: Stage, tenant: Tenant) -> float:
    """Seconds for the same rows in one statement after the other, with the audit's triggers."""
    rows = [
        {"code": f"bare-{number}", "name": f"Account number {number}", "type": KINDS[number % 5]}
        for number in range(ROWS)
    ]
    start = time.perf_counter()
    with stage.kernel.session(tenant) as session:
        session.execute(_BARE, rows)
    return time.perf_counter() - start
