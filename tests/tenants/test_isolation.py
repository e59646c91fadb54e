"""One tenant's database roles, used directly with psycopg, as an attacker with stolen
credentials would: they reach their own database, data rights only, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress, Tenant
from tenants.control import control

REFUSED = "permission denied for database|User does not have CONNECT privilege"


def connect(address: DatabaseAddress, database: str | None = None) -> psycopg.Connection:
    wanted = replace(address, database=database or address.database)
    return psycopg.connect(**wanted.conninfo(), autocommit=True)


@pytest.mark.parametrize("role", ["runtime", "owner"])
def test_a_role_connects_to_its_own_database_and_no_other(
    role: str, kernel: Kernel, tenant: Tenant, second_tenant: Tenant
) -> None:
    address: DatabaseAddress = getattr(tenant, role)
    others = [
        second_tenant.runtime.database,
        control(kernel).runtime.database,
        "postgres",
        "template1",
    ]
    with connect(address) as connection:
        assert connection.info.dbname == tenant.runtime.database
    for database in others:
        with pytest.raises(psycopg.OperationalError, match=REFUSED):
            connect(address, database)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE core.addon ADD COLUMN mine text",
        "DROP TABLE core.option",
        "TRUNCATE core.option",
        "DROP TRIGGER aorabooks_audit ON core.option",
        "ALTER TABLE core.option DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DELETE FROM core.audit_log",
        "UPDATE core.audit_log SET actor = 'somebody else'",
        "INSERT INTO core.audit_log (table_name) VALUES ('x')",
        "UPDATE core.addon SET state = 'enabled'",
        "CREATE TABLE core.mine (id int)",
        "CREATE TABLE public.mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "CREATE DATABASE mine",
        "SET ROLE aorabooks_runtime",
        "SET ROLE aorabooks_owner",
        "ALTER ROLE CURRENT_USER CREATEDB",
        "COPY core.option TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_the_runtime_role_has_data_rights_only(tenant: Tenant, statement: str) -> None:
    with connect(tenant.runtime) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement.encode())


def test_the_owner_role_cannot_let_itself_or_others_in_elsewhere(
    tenant: Tenant, second_tenant: Tenant
) -> None:
    other, me = second_tenant.runtime.database, tenant.owner.user
    with connect(tenant.owner) as connection:
        for statement in (
            f"ALTER DATABASE {other} RENAME TO mine",
            f"DROP DATABASE {other}",
            f"ALTER ROLE {second_tenant.runtime.user} PASSWORD 'known'",
            f"GRANT {second_tenant.runtime.user} TO {me}",
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(statement.encode())
        connection.execute(f"GRANT CONNECT ON DATABASE {other} TO {me}".encode())
    with pytest.raises(psycopg.OperationalError, match=REFUSED):
        connect(tenant.owner, other)


def test_what_a_server_shows_to_every_role_names_no_tenant(
    tenant: Tenant, second_tenant: Tenant
) -> None:
    with connect(tenant.runtime) as connection:
        seen = connection.execute(
            "SELECT string_agg(name, ' ') FROM (SELECT datname AS name FROM pg_database"
            " UNION ALL SELECT rolname FROM pg_roles"
            " UNION ALL SELECT concat(application_name, query) FROM pg_stat_activity) AS names"
        ).fetchone()
    assert seen is not None
    assert second_tenant.slug not in seen[0].split()
    assert second_tenant.title not in seen[0]


def test_a_secret_of_one_tenant_opens_no_other(tenant: Tenant, second_tenant: Tenant) -> None:
    mixed = replace(second_tenant.runtime, password=tenant.runtime.password)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(mixed)


def test_secrets_are_kept_sealed_and_never_shown(kernel: Kernel, tenant: Tenant) -> None:
    with connect(control(kernel).runtime) as connection:
        row = connection.execute(
            "SELECT to_json(o)::text, (SELECT string_agg(changes::text, ' ') FROM core.audit_log)"
            " FROM tenants.organization AS o WHERE id = %s",
            (tenant.id,),
        ).fetchone()
    assert row is not None
    for secret in (tenant.runtime.password, tenant.owner.password):
        assert secret not in row[0]
        assert secret not in row[1]
        assert secret not in repr(tenant)
