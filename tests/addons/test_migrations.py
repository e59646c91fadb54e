"""Migrations and models say the same, each addon keeps its own history, and rights follow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text

from core.addons import lifecycle, migrations
from core.addons.catalog import Catalog
from core.addons.heads import revisions
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.composition import load_shipped


@pytest.fixture
def with_kitchen(platform: Kernel, company: Tenant) -> Tenant:
    lifecycle.enable(platform, company, "kitchen")
    return company


@pytest.fixture
def as_runtime(with_kitchen: Tenant) -> Iterator[psycopg.Connection]:
    with psycopg.connect(**with_kitchen.runtime.conninfo(), autocommit=True) as connection:
        yield connection


def test_the_kernels_migrations_reach_its_models(platform: Kernel, company: Tenant) -> None:
    with platform.session(company, role="owner") as session:
        assert migrations.differences(session.connection(), "core") == []


def test_what_models_and_migrations_do_not_share_is_told(
    platform: Kernel, with_kitchen: Tenant
) -> None:
    with platform.session(with_kitchen, role="owner") as session:
        connection = session.connection()
        assert migrations.differences(connection, "garden") == []
        assert migrations.differences(connection, "kitchen") == []
        session.execute(text("ALTER TABLE garden.plant ADD COLUMN stray integer"))
        session.execute(text("ALTER TABLE garden.plant ALTER COLUMN name DROP NOT NULL"))
        session.execute(text("DROP TABLE garden.visit"))
        told = "\n".join(migrations.differences(connection, "garden"))
        assert "remove_column" in told
        assert "stray" in told
        assert "modify_nullable" in told
        assert "add_table" in told
        assert "visit" in told
        assert migrations.differences(connection, "kitchen") == []
        session.rollback()


def test_each_addon_keeps_its_history_in_its_own_schema(
    platform: Kernel, with_kitchen: Tenant
) -> None:
    with platform.session(with_kitchen, role="owner") as session:
        heads = {
            schema: session.execute(text(f"SELECT version_num FROM {schema}.alembic_version"))
            .scalars()
            .all()
            for schema in ("core", "garden", "kitchen")
        }
    assert heads["garden"] == ["0002_by_height"]
    assert heads["kitchen"] == ["0001_kitchen"]
    assert heads["core"] == [platform.catalog.addons["core"].head]


def test_a_history_that_forks_is_refused(tmp_path: Path) -> None:
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    for name, down in (("0001_a", None), ("0002_b", "0001_a"), ("0002_c", "0001_a")):
        (versions / f"{name}.py").write_text(f"revision = {name!r}\ndown_revision = {down!r}\n")
    with pytest.raises(ValueError, match="migrations fork into 0002_b, 0002_c; make them one line"):
        revisions(tmp_path)


def test_a_running_application_has_data_rights_and_no_others(
    as_runtime: psycopg.Connection,
) -> None:
    as_runtime.execute("INSERT INTO garden.visit (who) VALUES ('Ada')")
    for forbidden in (
        "UPDATE garden.visit SET who = 'Eve'",
        "DELETE FROM garden.visit",
        "TRUNCATE garden.plant",
        "ALTER TABLE garden.plant DISABLE TRIGGER ALL",
        "DROP TABLE garden.plant",
        "CREATE TABLE garden.mine (id integer)",
        "CREATE SCHEMA mine",
        "UPDATE core.addon SET state = 'enabled'",
        "INSERT INTO core.addon_log (addon, action, outcome, actor) VALUES ('a', 'b', 'c', 'd')",
        "DELETE FROM core.audit_log",
        "INSERT INTO core.audit_log (table_name, record_id, operation, changes, actor, db_role)"
        " VALUES ('a', 'b', 'c', '{}', 'd', 'e')",
        "SELECT core.audit_row()",
        "SET ROLE aorabooks_owner",
    ):
        with pytest.raises(InsufficientPrivilege):
            as_runtime.execute(forbidden.encode())


def test_what_ships_loads_without_a_single_problem() -> None:
    catalog: Catalog = load_shipped()
    assert catalog.refused == ()
    assert next(iter(catalog.addons)) == "core"
