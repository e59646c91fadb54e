"""Exports of a list, served by a process of its own: its rows a second, and its memory."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psutil
import psycopg

from benchmarks.accounts import api_token
from benchmarks.figure import Figure, against, progress
from benchmarks.stage import Stage, free_port, http_server, product_environment
from benchmarks.workspace.journal_rows import LIST, ROWS, tenant_with_entries

NAMES: Final = ("export_csv_rows_per_s", "export_csv_peak_mb", "export_xlsx_peak_mb")
XLSX_ROWS: Final = 100_000
_BUDGET: Final = 8
_SAMPLE_SECONDS: Final = 0.05
_BARE: Final = (
    "COPY (SELECT e.number, e.date, j.code, e.partner, e.reference, e.narration, e.state"
    " FROM accounting.journal_entry e JOIN accounting.journal j ON j.id = e.journal_id"
    " ORDER BY e.date DESC, e.id DESC) TO STDOUT (FORMAT csv)"
)


def measure(stage: Stage) -> Iterator[Figure]:
    """The figures named above, beside what the server's own COPY takes for the same rows."""
    tenant = tenant_with_entries(stage)
    token, port = api_token(stage.kernel, tenant), free_port()
    host = f"{tenant.slug}.{stage.config.base_domain}"
    with psycopg.connect(**tenant.runtime.conninfo()) as connection:
        bare = ROWS / _copy(connection)
    environment = product_environment(stage.config, port, _BUDGET)
    # A server for each: what one has let go, the other would be given.
    with http_server(["tenants.cli", "serve"], environment, port) as pid:
        _download(port, host, token, f"{LIST}/export.csv?id__lte=1000")
        progress(f"{ROWS:,} rows as CSV")
        with _peak_growth(pid) as csv_peak:
            taken = _download(port, host, token, f"{LIST}/export.csv")
    yield against("export_csv_rows_per_s", ROWS / taken, "row/s", bare)
    yield Figure("export_csv_peak_mb", csv_peak[0], "MB", note="growth of the server process")
    with http_server(["tenants.cli", "serve"], environment, port) as pid:
        _download(port, host, token, f"{LIST}/export.xlsx?id__lte=1000")
        progress(f"{XLSX_ROWS:,} rows as XLSX")
        with _peak_growth(pid) as xlsx_peak:
            taken = _download(port, host, token, f"{LIST}/export.xlsx?id__lte={XLSX_ROWS}")
    note = f"limit 200 MB; {taken:.1f} s"
    yield against("export_xlsx_peak_mb", xlsx_peak[0], "MB", 200.0, note)


def _copy(connection: psycopg.Connection) -> float:
    start = time.perf_counter()
    with connection.cursor() as cursor, cursor.copy(_BARE) as copy:
        for _ in copy:
            pass
    return time.perf_counter() - start


def _download(port: int, host: str, token: str, path: str) -> float:
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    headers = {"Host": host, "Authorization": f"Bearer {token}", "Accept": "*/*"}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    while answer.read(1 << 20):
        pass
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return time.perf_counter() - start


@contextmanager
def _peak_growth(pid: int) -> Iterator[list[float]]:
    """How far the memory of a process and its children rises meanwhile, in MB."""
    process, ended = psutil.Process(pid), threading.Event()
    before = _megabytes(process)
    highest = [0.0]

    def watch() -> None:
        while not ended.wait(_SAMPLE_SECONDS):
            highest[0] = max(highest[0], _megabytes(process) - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield highest
    finally:
        ended.set()
        watcher.join()


def _megabytes(process: psutil.Process) -> float:
    family = [process, *process.children(recursive=True)]
    return sum(member.memory_info().rss for member in family) / 1_000_000
