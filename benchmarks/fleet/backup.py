"""A backup to this machine's disk, beside bare `pg_dump` to it with the same compression."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from typing import Final

from benchmarks.figure import Figure, against, progress
from benchmarks.fleet.ledger import fill
from benchmarks.memory import peak_mb
from benchmarks.rates import in_turn, seconds
from benchmarks.stage import Stage, stage
from core.custody.dumping import dump_command
from core.custody.takeout import snapshot_of
from core.tenancy.tenant import Tenant
from tenants.backups import destinations, making
from tenants.control import control

NAMES: Final = ("backup", "backup_memory_mb")
MEGABYTES: Final = 1024
ROUNDS: Final = 3


def measure() -> Iterator[Figure]:
    """The figures named in `NAMES`."""
    with stage() as here:
        yield from _measure(here)


def _measure(here: Stage) -> Iterator[Figure]:
    tenant = here.tenant("kept")
    size = fill(here, tenant, MEGABYTES)
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
