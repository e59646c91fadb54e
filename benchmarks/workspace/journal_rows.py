"""A tenant with a million journal entries, for the benchmarks of lists and exports."""

from __future__ import annotations

from typing import Final

import psycopg

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
       (ARRAY['Al Noor', 'Rahman', 'Karimova', 'Blue Lagoon', 'Haddad'])[1 + n %% 5] || ' Trading',
       (ARRAY['Rent', 'Goods received', 'Salaries', 'Customs'])[1 + n %% 4] || ' ' || n
  FROM generate_series(1, %s) AS n
"""


def tenant_with_entries(stage: Stage, slug: str) -> Tenant:
    """The tenant, its tables vacuumed as they are after a night."""
    tenant = stage.tenant(slug)
    progress(f"Writing {ROWS:,} journal entries")
    url = stage.server.url(tenant.runtime.database)
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(_FILL, [ROWS])
        admin.execute("VACUUM ANALYZE accounting.journal_entry")
    return tenant
