"""A backup to this machine's disk, beside bare `pg_dump` to it with the same compression.

The database holds lines of a ledger: numbers, dates, amounts, and texts that repeat as texts do.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from typing import Final

import psycopg
from psycopg import sql

from benchmarks.figure import Figure, against, progress
from benchmarks.memory import peak_mb
from benchmarks.rates import in_turn, seconds
from benchmarks.stage import Stage, stage
from core.custody.dumping import dump_command
from core.custody.takeout import snapshot_of
from core.tenancy.tenant import Tenant
from tenants.backups import destinations, making
from tenants.control import control

NAMES: Final = ("backup", "backup_memory_mb")
LINES: Final = 8_500_000
ROUNDS: Final = 3
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


def measure() -> Iterator[Figure]:
    """The figures named in `NAMES`."""
    with stage() as here:
        yield from _measure(here)


def _measure(here: Stage) -> Iterator[Figure]:
    tenant = here.tenant("kept")
    size = _fill(here, tenant)
    folder = here.config.var / "vault"
    kernel = here.kernel
    with kernel.session(control(kernel)) as session:
        destinations.declare(
            session, kernel.secrets, name="vault", scheme="fs", options={"root": str(folder)}
        )

    def make() -> None:
        with kernel.session(control(kernel)) as session:
            row = making.begin(session, tenant)
        done = making.make(kernel, row.id)
        if done.status != "whole":
            raise RuntimeError(done.problem)

    progress(f"Backing up {size:,.0f} MB beside pg_dump, {ROUNDS} rounds")
    with peak_mb() as peak:
        ours, bare = in_turn(
            lambda: seconds(make), lambda: seconds(lambda: _dump(here, tenant)), count=ROUNDS
        )
    yield against("backup", size / ours, "MB/s", size / bare, note=f"database of {size:,.0f} MB")
    yield Figure("backup_memory_mb", peak.grown, "MB", note=f"at most {peak.highest:.0f} resident")


def _fill(here: Stage, tenant: Tenant) -> float:
    """A table as large as the figure is about; the database's megabytes."""
    progress(f"Filling a database with {LINES:,} lines")
    with here.kernel.engine.connect(tenant.owner, keep=False) as leased:
        connection = leased.connection.driver_connection
        assert isinstance(connection, psycopg.Connection)
        connection.execute("SET statement_timeout = 0")
        connection.execute("CREATE SCHEMA ledger")
        connection.execute(_TABLE)
        connection.execute(_FILL.format(sql.Literal(LINES)))
        connection.commit()
    with here.admin() as admin:
        row = admin.execute("SELECT pg_database_size(%s)", (tenant.owner.database,)).fetchone()
    return row[0] / _MEGABYTE if row else 0.0


def _dump(here: Stage, tenant: Tenant) -> None:
    """What a script would do: pg_dump into a file that is safe on the disk."""
    target = here.config.var / "bare.dump"
    with (
        snapshot_of(here.kernel.engine, tenant) as (_, snapshot),
        target.open("wb") as file,
    ):
        subprocess.run(
            dump_command(tenant.owner, snapshot),
            stdout=file,
            env={**os.environ, "PGPASSWORD": tenant.owner.password},
            check=True,
        )
        os.fsync(file.fileno())
    target.unlink()
