"""The search over everything, with a million journal entries behind it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from typing import Final

import httpx
import psycopg
from psycopg import sql

from benchmarks.figure import Figure, against, progress
from benchmarks.stage import Stage
from benchmarks.workspace.journal_rows import tenant_with_entries
from core.auth.users import ADMIN_ROLE
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport, open_browser, sign_in

LIMIT_MS: Final = 50.0
ROUNDS: Final = 7
ASKED: Final = (
    "INV-0731254",  # a number, to the letter
    "rahman trading",  # two words that thousands hold
    "rahmna tradng",  # the same, badly typed
    "مؤسسه النور",  # Arabic, with other letters than it is written with
    "ঢাকা কাগজ",
    "al",  # the fewest letters that are searched for
    "karimova textiles 4711",
    "nothing is called this",
)
"""What somebody may type, from the easiest to the worst."""

BARE: Final = "SELECT id FROM accounting.journal_entry WHERE {document} LIKE %s LIMIT 5"


def measure(stage: Stage) -> Iterator[Figure]:
    """`search_ms`: the palette's answer, lines drawn; the slowest of all kinds of words."""
    tenant = tenant_with_entries(stage)
    bare = _bare_look_up(tenant)
    app = Application(stage.kernel)
    transport = AppTransport(app)
    host = f"{tenant.slug}.{stage.config.base_domain}"
    with open_browser(transport, host) as browser:
        sign_in(stage.kernel, tenant, browser, [ADMIN_ROLE])
        browser.headers["HX-Request"] = "true"
        taken = {}
        for words in ASKED:
            times = [_seconds(browser, words) for _ in range(ROUNDS)]
            taken[words] = statistics.median(times) * 1000
            progress(f"{taken[words]:6.1f} ms  {words}")
    transport.shut_down()
    app.close()
    worst = max(taken, key=lambda words: taken[words])
    middle = statistics.median(taken.values())
    note = f"{worst}; median of all {middle:.1f} ms, a number in the bare index {bare:.1f} ms"
    yield against("search_ms", taken[worst], "ms", LIMIT_MS, note)


def _bare_look_up(tenant: Tenant) -> float:
    with psycopg.connect(**tenant.runtime.conninfo(), autocommit=True) as connection:
        row = connection.execute(
            "SELECT pg_get_expr(i.indexprs, i.indrelid) FROM pg_index AS i"
            " WHERE i.indexrelid::regclass::text LIKE 'accounting.search_journal_entry_%'"
        ).fetchone()
        if row is None:
            raise RuntimeError("journal entries have no search index")
        document = sql.SQL(row[0].replace("%", "%%"))
        statement = sql.SQL(BARE).format(document=document)
        times = []
        for number in range(ROUNDS * 3):
            start = time.perf_counter()
            connection.execute(statement, [f"% inv 07312{number:02}%"]).fetchall()
            times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def _seconds(browser: httpx.Client, words: str) -> float:
    start = time.perf_counter()
    answer = browser.get("/palette", params={"q": words})
    elapsed = time.perf_counter() - start
    answer.raise_for_status()
    return elapsed
