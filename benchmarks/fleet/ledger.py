"""A table of a ledger's lines in a company's database, as large as a figure is about.

Numbers, dates, amounts, and texts that repeat as texts do.
"""

from __future__ import annotations

from typing import Final

import psycopg
from psycopg import sql

from benchmarks.figure import progress
from benchmarks.stage import Stage
from core.tenancy.tenant import Tenant

LINES_PER_MEGABYTE: Final = 8_300
_MEGABYTE: Final = 2**20
_TABLE: Final = """
CREATE TABLE ledger.line (
  id bigint PRIMARY KEY, day date, account int, debit numeric, credit numeric, note text)
"""
_FILL: Final = sql.SQL("""
INSERT INTO ledger.line
SELECT n, date '2020-01-01' + (n % 2000)::int, 1000 + (n * 7919 % 400)::int,
       (n * 31 % 1000000) / 100.0, 0,
       'Invoice ' || md5((n / 4)::text) || ' of customer ' || n % 5000
  FROM generate_series(1::bigint, {}) AS n
""")


def fill(here: Stage, tenant: Tenant, megabytes: int) -> float:
    """Make it about so large; the database's megabytes afterwards."""
    progress(f"Filling a database of about {megabytes:,} MB")
    with here.kernel.engine.connect(tenant.owner, keep=False) as leased:
        connection = leased.connection.driver_connection
        assert isinstance(connection, psycopg.Connection)
        connection.execute("SET statement_timeout = 0")
        connection.execute("CREATE SCHEMA ledger")
        connection.execute(_TABLE)
        connection.execute(_FILL.format(sql.Literal(megabytes * LINES_PER_MEGABYTE)))
        connection.commit()
    with here.admin() as admin:
        row = admin.execute("SELECT pg_database_size(%s)", (tenant.owner.database,)).fetchone()
    return row[0] / _MEGABYTE if row else 0.0
