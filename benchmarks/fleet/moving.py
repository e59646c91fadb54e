"""Moving a company of 1 GB to another server of this machine, while somebody writes all the time.

The figure is for how long nobody could write, beside the five seconds that are promised; and how
long the whole move takes, beside a bare `pg_dump` into `pg_restore`. Both servers and all clients
share the machine. AORABOOKS_BENCH_MB makes the database smaller, for trying.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

import psycopg
from sqlalchemy import text

from benchmarks.figure import Figure, against, progress
from benchmarks.fleet.ledger import fill
from benchmarks.rates import seconds
from benchmarks.stage import Stage, stage
from core.db import embedded
from core.errors import Unavailable
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.control import control, embedded_cluster
from tenants.fleet import registering
from tenants.moving import carrying, steps
from tenants.provisioning.pouring import pour

NAMES: Final = ("move_readonly_s", "move_s", "move_longest_write_s")
LIMIT_SECONDS: Final = 5.0
MEGABYTES: Final = 1024


@dataclass
class _Writer:
    """Writes one row after the other, and remembers the longest that it had to wait."""

    stage: Stage
    slug: str
    written: int = 0
    longest: float = 0.0
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        began = time.monotonic()
        while not self._ended.is_set():
            tenant = self.stage.kernel.directory.find_slug(self.slug)
            if tenant is None or tenant.held:
                time.sleep(0.01)
                continue
            try:
                with self.stage.kernel.session(tenant) as session:
                    word = {"name": f"team {self.written}"}
                    session.execute(text("INSERT INTO core.team (name) VALUES (:name)"), word)
            except Unavailable:
                continue
            self.written += 1
            self.longest = max(self.longest, time.monotonic() - began)
            began = time.monotonic()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()


def measure() -> Iterator[Figure]:
    """The figures named in `NAMES`."""
    with stage() as here:
        progress("Starting a second PostgreSQL server")
        other = embedded.start(here.config.var / "other")
        try:
            yield from _measure(here, other)
        finally:
            other.stop()


def _measure(here: Stage, other: embedded.Embedded) -> Iterator[Figure]:
    kernel = here.kernel
    tenant = here.tenant("large")
    size = fill(here, tenant, int(os.environ.get("AORABOOKS_BENCH_MB", MEGABYTES)))
    address = replace(embedded_cluster(other).admin, database="postgres")
    with kernel.session(control(kernel)) as session:
        registering.add(session, kernel.secrets, "other", address)
    progress(f"Bare pg_dump into pg_restore of {size:,.0f} MB")
    bare = seconds(lambda: _pour(here, tenant, other))
    progress("Moving it while somebody writes")
    with kernel.session(control(kernel)) as session:
        organization = organizations.find(session, tenant.slug)
        target = registering.find(session, "other")
        move_id = steps.begin(session, organization, target, confirmed=False).id
    writer = _Writer(here, tenant.slug)
    began = time.monotonic()
    with writer.at_work():
        done = carrying.carry_out(kernel, move_id)
    took = time.monotonic() - began
    if done.phase != "kept" or done.readonly_seconds is None:
        raise RuntimeError(f"not moved: {done.problem}")
    _require_all_there(here, tenant, writer.written)
    note = f"database of {size:,.0f} MB, {done.rows:,} rows counted on both sides"
    yield against("move_readonly_s", done.readonly_seconds, "s", LIMIT_SECONDS, note=note)
    yield against("move_s", took, "s", bare, note=f"{writer.written:,} rows written meanwhile")
    yield Figure("move_longest_write_s", writer.longest, "s", note="the longest wait of a writer")


def _pour(here: Stage, tenant: Tenant, other: embedded.Embedded) -> None:
    """What a script would do; the copy is dropped again."""
    source = replace(embedded_cluster(here.server).admin, database=tenant.owner.database)
    target = replace(embedded_cluster(other).admin, database="bare")
    with psycopg.connect(other.url(), autocommit=True) as admin:
        admin.execute("CREATE DATABASE bare TEMPLATE template0")
        pour(source, target, "--no-owner", "--no-privileges")
        admin.execute("DROP DATABASE bare")


def _require_all_there(here: Stage, tenant: Tenant, written: int) -> None:
    now = here.kernel.directory.find_slug(tenant.slug)
    assert now is not None
    with here.kernel.session(now, readonly=True) as session:
        asked = text("SELECT count(*) FROM core.team WHERE name LIKE 'team %'")
        found = session.execute(asked).scalar_one()
    if (now.server, found) != ("other", written):
        raise RuntimeError(f"{found} of {written} rows are there, on {now.server}")
