"""Upgrading 500 companies: with nothing to do, and with one additive migration.

Each company has the kernel and one small addon. The second release of that addon adds a column;
beside it stands bare psycopg, which runs the same ALTER TABLE in as many databases, with as many
threads and a connection of the owner for each.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import text

from benchmarks.cpu import python_seconds, server_seconds
from benchmarks.figure import Figure, against, progress
from benchmarks.rates import seconds
from benchmarks.stage import Stage, stage
from core.addons.catalog import Catalog
from core.addons.discovery import AddonFolder, discover
from core.addons.loading import load
from core.addons.states import TenantStates
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.composition import CONTROL_PLANE
from tenants.provisioning.create import create_tenant
from tenants.upgrading import fleet
from tenants.wishes import NewOrganization

NAMES: Final = ("fleet_noop_500_s", "fleet_migrate_per_s", "fleet_migrate_cpu_ms")
COMPANIES: Final = 500
ADDON: Final = "fleet_bench"
_MANIFEST: Final = f"""\
name = "{ADDON}"
title = "Fleet bench"
summary = "A table, and later a column more."
version = "{{version}}"
core = ">=1,<2"
category = "Benchmarks"
"""
_MODEL: Final = '''"""One table."""

from sqlalchemy.orm import Mapped

from core.api import Model, Record, hookimpl


class Parcel(Record, Model):
    """Something to migrate."""

    __tablename__ = "parcel"
    __table_args__ = ({"schema": "fleet_bench"},)

    label: Mapped[str]


@hookimpl
def register_models():
    return [Parcel]
'''
_FIRST: Final = '''"""The table."""

import sqlalchemy as sa
from alembic import op

revision = "0001_first"
down_revision = None


def upgrade():
    op.create_table(
        "parcel",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now()),
        sa.Column("label", sa.Text, nullable=False),
        schema="fleet_bench",
    )
'''
_SECOND: Final = '''"""A column more, which fails where somebody left a parcel called so."""

import sqlalchemy as sa
from alembic import op

revision = "0002_weight"
down_revision = "0001_first"


def upgrade():
    op.add_column("parcel", sa.Column("weight", sa.Numeric), schema="fleet_bench")
    bad = "SELECT 1 FROM fleet_bench.parcel WHERE label = 'bad'"
    if op.get_bind().execute(sa.text(bad)).first():
        raise ValueError("a bad parcel")
'''


def measure() -> Iterator[Figure]:
    """All figures, on the same companies."""
    with stage() as here, _releases() as (first, second):
        earlier, later = (_process(here.kernel, catalog) for catalog in (first, second))
        progress(f"Making {COMPANIES} companies")
        companies = [
            create_tenant(earlier, NewOrganization(f"fleet-{number}", addons=(ADDON,)))
            for number in range(COMPANIES)
        ]
        yield _noop(earlier)
        yield from _migrate(here, later, companies)


def _noop(kernel: Kernel) -> Figure:
    fleet.upgrade_all(kernel)  # compiles its statements
    took = seconds(lambda: _well(fleet.upgrade_all(kernel)))
    return Figure(NAMES[0], took, "s", note="limit: 1 s; no company's database is opened")


def _migrate(here: Stage, kernel: Kernel, companies: list[Tenant]) -> Iterator[Figure]:
    with kernel.session(companies[COMPANIES // 2]) as session:
        session.execute(text("INSERT INTO fleet_bench.parcel (label) VALUES ('bad')"))
    progress(f"Adding a column in {COMPANIES} databases, {fleet.at_once()} at once")
    used = python_seconds() + server_seconds(here)
    took = seconds(lambda: _one_failed(fleet.upgrade_all(kernel)))
    used = python_seconds() + server_seconds(here) - used
    progress("The same with psycopg alone")

    def alter(company: Tenant) -> None:
        with psycopg.connect(**company.owner.conninfo()) as connection:
            connection.execute("ALTER TABLE fleet_bench.parcel ADD COLUMN bare numeric")

    with ThreadPoolExecutor(fleet.at_once()) as pool:
        bare = seconds(lambda: list(pool.map(alter, companies)))
    rate, limit = COMPANIES / took, COMPANIES / bare
    note = "limit: 20 per s on two cores; one company fails, the others are done"
    yield against(NAMES[1], rate, "per s", limit, note)
    each = used / COMPANIES * 1000
    yield against(
        NAMES[2], each, "ms", 100, "at most, for 20 per s on two cores; PostgreSQL included"
    )


def _well(outcome: fleet.Outcome) -> None:
    if outcome.run is not None:
        raise RuntimeError(f"something was behind: {outcome.run}")


def _one_failed(outcome: fleet.Outcome) -> None:
    run = outcome.run
    if run is None or (run.done, run.failed) != (COMPANIES - 1, 1):
        raise RuntimeError(f"not what was to be measured: {run}")


@contextmanager
def _releases() -> Iterator[tuple[Catalog, Catalog]]:
    """Both releases of the addon, as two processes load them."""
    folder = Path(tempfile.mkdtemp(prefix="aorabooks-bench-addon-"))
    sys.path.append(str(folder))
    try:
        addon = folder / ADDON
        versions = addon / "migrations" / "versions"
        versions.mkdir(parents=True)
        (addon / "__init__.py").write_text('"""Of the benchmarks."""\n')
        (addon / "plugin.py").write_text(_MODEL)
        (versions / "0001_first.py").write_text(_FIRST)
        (addon / "addon.toml").write_text(_MANIFEST.format(version="1.0.0"))
        first = _loaded(folder)
        later = folder / "later" / ADDON
        shutil.copytree(addon, later)
        (later / "migrations" / "versions" / "0002_weight.py").write_text(_SECOND)
        yield first, _with_second(first, later)
    finally:
        sys.path.remove(str(folder))
        shutil.rmtree(folder, ignore_errors=True)


def _loaded(folder: Path) -> Catalog:
    found = discover([AddonFolder(folder, shipped=True)], platform=[CONTROL_PLANE], installed=False)
    return load(found, strict=True)


def _with_second(catalog: Catalog, folder: Path) -> Catalog:
    """The code of both is the same, so it need not be loaded twice."""
    addon = catalog.addons[ADDON]
    later = replace(
        addon,
        folder=folder,
        revisions=(*addon.revisions, "0002_weight"),
        manifest=addon.manifest.model_copy(update={"version": "1.1.0"}),
    )
    return replace(catalog, addons={**catalog.addons, ADDON: later}, _views={}, _callers={})


def _process(kernel: Kernel, catalog: Catalog) -> Kernel:
    return replace(kernel, catalog=catalog, states=TenantStates(catalog))
