"""How long somebody who signs up waits for a database, where one stands ready.

Beside it, in turn with it: the bare statements that PostgreSQL cannot be spared.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import quantiles
from typing import Final

import psycopg
from sqlalchemy import select

from benchmarks.figure import Figure, against, progress
from benchmarks.rates import seconds
from benchmarks.stage import Stage, stage
from core.kernel import Kernel
from tenants import names
from tenants.control import control
from tenants.credentials import new_secret
from tenants.life_models import StandbySet
from tenants.provisioning import roles, standby
from tenants.provisioning.roles import Login, Logins

NAMES: Final = ("provision_pool_p95_ms",)
SIGN_UPS: Final = 20
BATCH: Final = 10


def measure() -> Iterator[Figure]:
    """`provision_pool_p95_ms`: from the wish to a tenant that the directory finds, with all
    shipped addons."""
    with stage() as running, running.admin() as admin:
        progress("Building the template")
        spare = running.tenant("first").runtime.database
        running.kernel.engine.broker.forget(spare)
        ours: list[float] = []
        bare: list[float] = []
        for batch in range(SIGN_UPS // BATCH):
            progress(f"Signing up, {len(ours)} of {SIGN_UPS}")
            _fill(running.kernel)
            for number in range(BATCH):
                ours.append(_sign_up(running, f"company-{batch}-{number}"))
                bare.append(_bare(admin, spare))
    yield against(
        NAMES[0],
        _p95(ours),
        "ms",
        _p95(bare),
        f"p95 of {len(ours)}; limit: 100 ms. Beside: rename, two roles and their grants alone",
    )


def _fill(kernel: Kernel) -> None:
    with kernel.session(control(kernel)) as session:
        for each in session.scalars(select(StandbySet)):
            each.size = BATCH
    standby.fill(kernel)


def _sign_up(running: Stage, slug: str) -> float:
    return seconds(lambda: running.tenant(slug))


def _bare(admin: psycopg.Connection, spare: str) -> float:
    tenant_id = names.new_id()
    database = names.database_name(tenant_id)
    runtime, owner = names.role_names(tenant_id, 1)
    logins = Logins(Login(runtime, new_secret()), Login(owner, new_secret()))

    def claim() -> None:
        standby.rename(admin, spare, database)
        roles.open_database(admin, database, logins)

    taken = seconds(claim)
    standby.rename(admin, database, spare)
    return taken


def _p95(taken: list[float]) -> float:
    """In milliseconds."""
    return 1000 * quantiles(taken, n=20)[-1]
