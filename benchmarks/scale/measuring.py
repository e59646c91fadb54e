"""What one company costs, measured on a server with some hundred of them."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median
from typing import Any, Final, LiteralString

import psutil
import psycopg

from benchmarks.cpu import server_seconds
from benchmarks.figure import progress
from benchmarks.rates import seconds
from benchmarks.stage import Stage
from core.custody.dumping import dump_command
from core.custody.takeout import snapshot_of
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import health
from tenants.control import control
from tenants.upgrading import fleet

MEGABYTE: Final = 2**20
CLONES: Final = 10
"""How many of the companies are made one by one with a look at the log's length."""
LOOKED_AT: Final = 10
WATCHED_SECONDS: Final = 20
LAUNCHES_A_SECOND: Final = 10.0
"""More databases than that autovacuum never looks at (PostgreSQL's MIN_AUTOVAC_SLEEPTIME, 100 ms,
which no setting changes)."""
_CONTROL_BYTES: Final = """
SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class AS c
 WHERE c.relkind = 'r' AND c.relnamespace = 'tenants'::regnamespace
"""
_CATALOG: Final = """
SELECT count(*), sum(pg_total_relation_size(oid)) FILTER (
         WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r')
  FROM pg_class
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Each of one company with all shipped addons and no data, unless it says otherwise."""

    clone_s: float
    clone_wal_mb: float
    disk_mb: float
    catalog_mb: float
    relations: float
    files: float
    control_kb: float
    fresh_connection_mb: float
    used_connection_mb: float
    full_connection_mb: float
    nothing_to_do_ms: float
    dump_s: float
    launch_ms: float


UNITS: Final = {
    "clone_s": "s to make it from the template, entry, roles and grants included",
    "clone_wal_mb": "MB of the server's log for that",
    "disk_mb": "MB on the server's disk",
    "catalog_mb": "MB of that are PostgreSQL's own catalog",
    "relations": "tables, indexes, sequences and views",
    "files": "files on the server's disk",
    "control_kb": "KB in the control plane's database",
    "fresh_connection_mb": "MB of a connection nobody used yet",
    "used_connection_mb": "MB of one after what each request begins with",
    "full_connection_mb": "MB of one that has touched every table",
    "nothing_to_do_ms": "ms of an upgrade of all, where nothing is to be done",
    "dump_s": "s of pg_dump",
    "launch_ms": "ms of processor for a look of autovacuum, with nothing to clean up",
}
assert set(UNITS) == {each.name for each in fields(Measured)}


def measure(stage: Stage, companies: int) -> tuple[Measured, list[Tenant]]:
    """The figures, and the companies that were made for them."""
    kernel = stage.kernel
    first = stage.tenant("scale-0")
    with stage.admin() as admin:
        before = _control_bytes(kernel)
        progress(f"Making {companies} companies")
        made = [first]
        times, logged = [], _log_position(admin)
        while len(made) < companies:
            slug = f"scale-{len(made)}"
            times.append(seconds(lambda slug=slug: made.append(stage.tenant(slug))))
            if len(times) == CLONES:
                logged = _log_position(admin) - logged
        control_kb = (_control_bytes(kernel) - before) / (companies - 1) / 1024
        relations, catalog = _one(kernel, first, _CATALOG)
        size, files = _on_disk(admin, first)
        progress("Looking at connections")
        fresh, used, full = _connections(stage, made[:LOOKED_AT])
        progress(f"Upgrading {companies} with nothing to do")
        fleet.upgrade_all(kernel)  # compiles its statements
        noop = seconds(lambda: fleet.upgrade_all(kernel))
        progress("Dumping")
        dumped = median(seconds(lambda one=one: _dump(stage, one)) for one in made[:3])
        progress(f"Watching autovacuum for {2 * WATCHED_SECONDS} s")
        launch = _launch(stage, admin)
    found = Measured(
        clone_s=median(times),
        clone_wal_mb=logged / CLONES / MEGABYTE,
        disk_mb=size / MEGABYTE,
        catalog_mb=float(catalog) / MEGABYTE,
        relations=float(relations),
        files=float(files),
        control_kb=control_kb,
        fresh_connection_mb=fresh,
        used_connection_mb=used,
        full_connection_mb=full,
        nothing_to_do_ms=noop / companies * 1000,
        dump_s=dumped,
        launch_ms=launch * 1000,
    )
    return found, made


def _control_bytes(kernel: Kernel) -> float:
    return float(_one(kernel, control(kernel), _CONTROL_BYTES)[0])


def _one(kernel: Kernel, tenant: Tenant, statement: LiteralString) -> Any:
    with kernel.engine.connect(tenant.owner, keep=False) as leased:
        connection = leased.connection.driver_connection
        assert isinstance(connection, psycopg.Connection)
        return connection.execute(statement).fetchone()


def _log_position(admin: psycopg.Connection) -> int:
    row = admin.execute("SELECT pg_current_wal_lsn() - '0/0'").fetchone()
    assert row is not None
    return int(row[0])


def _on_disk(admin: psycopg.Connection, tenant: Tenant) -> tuple[float, int]:
    row = admin.execute(
        "SELECT pg_database_size(oid), oid, current_setting('data_directory') FROM pg_database"
        " WHERE datname = %s",
        (tenant.runtime.database,),
    ).fetchone()
    assert row is not None
    return row[0], len(list(Path(row[2], "base", str(row[1])).iterdir()))


def _connections(stage: Stage, companies: list[Tenant]) -> tuple[float, float, float]:
    """Megabytes of their own that a connection's process has: fresh, used, and after all."""
    fresh, used, full = [], [], []
    for company in companies:
        with psycopg.connect(**company.runtime.conninfo()) as bare:
            fresh.append(_own_megabytes(bare.info.backend_pid))
        stage.kernel.engine.broker.forget(company.runtime.database)
        with stage.kernel.session(company, readonly=True) as session:
            pid = session.connection().connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
            used.append(_own_megabytes(pid))
        list(health.of_tenant(stage.kernel, company))
        with stage.kernel.session(company, readonly=True) as session:
            pid = session.connection().connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
            full.append(_own_megabytes(pid))
    return median(fresh), median(used), median(full)


def _own_megabytes(pid: int) -> float:
    return psutil.Process(pid).memory_full_info().uss / MEGABYTE


def _dump(stage: Stage, company: Tenant) -> None:
    with snapshot_of(stage.kernel.engine, company) as (_, snapshot):
        subprocess.run(
            dump_command(company.owner, snapshot),
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PGPASSWORD": company.owner.password},
            check=True,
        )


def _launch(stage: Stage, admin: psycopg.Connection) -> float:
    """Processor seconds of one look, where autovacuum looks as often as it can."""

    def used(naptime: str) -> float:
        admin.execute(f"ALTER SYSTEM SET autovacuum_naptime = '{naptime}'")  # type: ignore[arg-type]
        admin.execute("SELECT pg_reload_conf()")
        threading.Event().wait(1.0)
        before, since = server_seconds(stage), time.monotonic()
        threading.Event().wait(WATCHED_SECONDS)
        return (server_seconds(stage) - before) / (time.monotonic() - since)

    return max(0.0, used("1s") - used("1d")) / LAUNCHES_A_SECOND
