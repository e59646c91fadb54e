"""A tenant with a million journal entries, for the benchmarks of lists, exports and the search."""

from __future__ import annotations

from functools import cache
from typing import Final

import psycopg
from psycopg import sql

from benchmarks.figure import progress
from benchmarks.stage import Stage
from core.tenancy.tenant import Tenant

ROWS: Final = 1_000_000
LIST: Final = "/accounting/entries"

# By the server's own superuser, without triggers: what is measured is reading, not posting.
_FILL: Final = """
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
_SEARCH_INDEXES: Final = """
SELECT indexname, indexdef FROM pg_indexes
 WHERE schemaname = 'accounting' AND tablename = 'journal_entry' AND indexname LIKE 'search%'
"""


@cache
def tenant_with_entries(stage: Stage) -> Tenant:
    """The tenant, its tables vacuumed as they are after a night. One for all who ask: none of
    them writes."""
    tenant = stage.tenant("million")
    progress(f"Writing {ROWS:,} journal entries")
    url = stage.server.url(tenant.runtime.database)
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("SET maintenance_work_mem = '256MB'")
        indexes = admin.execute(_SEARCH_INDEXES).fetchall()
        for name, _ in indexes:
            admin.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier("accounting", name)))
        admin.execute(_FILL, [ROWS])
        # At once is faster than with each row, and gives the same index as after a vacuum.
        for _, definition in indexes:
            admin.execute(definition)
        admin.execute("VACUUM ANALYZE accounting.journal_entry")
    return tenant
