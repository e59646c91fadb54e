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
from core.auth.users import ADMIN_ROLE
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport, open_browser, sign_in

RECORDS: Final = 1_000_000
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

# By the server's own superuser, without triggers: what is measured is finding, not posting.
FILL: Final = """
INSERT INTO accounting.journal_entry (journal_id, date, reference, partner, narration)
SELECT (SELECT min(id) FROM accounting.journal),
       DATE '2024-01-01' + (n %% 900)::int,
       'INV-' || lpad(n::text, 7, '0'),
       (ARRAY['Al Noor','Rahman','Karimova','Blue Lagoon','Haddad','Dhaka','مؤسسة النور',
              'ঢাকা কাগজ','Café Zürich','Green Delta'])[1 + n %% 10]
       || ' ' ||
       (ARRAY['Trading','Textiles','Foods','Paper Mills','Steel','Logistics','Pharma'])[1 + n %% 7]
       || ' ' || (n %% 5000)::text,
       (ARRAY['Rent of the warehouse','Goods received','Salaries','Customs'])[1 + n %% 4]
  FROM generate_series(1, %s) AS n
"""
BARE: Final = "SELECT id FROM accounting.journal_entry WHERE {document} LIKE %s LIMIT 5"


def measure(stage: Stage) -> Iterator[Figure]:
    """`search_ms`: the palette's answer, lines drawn; the slowest of all kinds of words. Beside
    it, a bare look-up of one number in the index."""
    tenant = stage.tenant("search")
    _fill(stage, tenant)
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
    note = f"slowest: {worst}; median {statistics.median(taken.values()):.1f} ms"
    yield against("search_ms", taken[worst], "ms", bare, note)


def _fill(stage: Stage, tenant: Tenant) -> None:
    progress(f"Writing {RECORDS:,} journal entries")
    address = stage.server.url(tenant.owner.database)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(FILL, [RECORDS])
        connection.execute("VACUUM ANALYZE accounting.journal_entry")


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
