"""Making a tenant and enabling an addon, beside what PostgreSQL needs for the bare part."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from psycopg import sql

from benchmarks.figure import Figure, against, progress
from benchmarks.rates import in_turn, rounds, seconds
from benchmarks.stage import Stage
from core.addons.lifecycle import enable
from tenants.provisioning import templates

ADDON = "accounting"
ROUNDS = 30


def measure(stage: Stage) -> Iterator[Figure]:
    """`provision_template` and `enable_addon_s`."""
    yield _provision(stage)
    yield _enable(stage)


def _provision(stage: Stage) -> Figure:
    progress("Provisioning beside CREATE DATABASE … TEMPLATE and CREATE ROLE")
    stage.tenant("provision-first")
    shipped = tuple(
        name for name, addon in stage.kernel.catalog.addons.items() if not addon.manifest.control
    )
    template = sql.Identifier(templates.addon_set(stage.kernel, shipped).template)
    number = itertools.count()
    with stage.admin() as admin:

        def ours() -> float:
            return seconds(lambda: stage.tenant(f"provision-{next(number)}"))

        def bare() -> float:
            name = sql.Identifier(f"bare_{next(number)}")

            def make() -> None:
                clone = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
                admin.execute(clone.format(name, template))
                admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'bare'").format(name))

            return seconds(make)

        made, limit = in_turn(ours, bare, count=ROUNDS)
    return against("provision_template", made * 1000, "ms", limit * 1000)


def _enable(stage: Stage) -> Figure:
    progress(f"Enabling {ADDON} on tenants that do not have it")
    number = itertools.count()

    def once() -> float:
        tenant = stage.tenant(f"enable-{next(number)}", addons=())
        return seconds(lambda: enable(stage.kernel, tenant, ADDON))

    return Figure("enable_addon_s", rounds(once, 5), "s", note="limit: 1 s")
