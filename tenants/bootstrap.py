"""Makes a bare PostgreSQL server the platform's: groups, control plane, first database server.

Every process that is given the administrator's address may call it at its start. It is
repeatable, and an advisory lock makes those that start at once take turns.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql
from psycopg.errors import UndefinedTable

from core.addons.install import install
from core.config import ConfigError
from core.kernel import Kernel
from core.secrets import SealError, SecretBox
from core.tenancy.tenant import DatabaseAddress, Tenant
from tenants.placement.facts import OLDEST_SERVER
from tenants.provisioning import roles
from tenants.provisioning.roles import Login, Logins
from tenants.provisioning.servers import FIRST_SERVER, secret_bound_to

_LOCK = 4_202_601


def ensure(kernel: Kernel, control: Tenant, admin: DatabaseAddress) -> None:
    """Make everything that is missing, or find within milliseconds that nothing is.

    Raises ConfigError, with the way out, when this server or this role will not do.
    """
    if not _is_ready(kernel, control, admin):
        _bootstrap(kernel, control, admin)


def _is_ready(kernel: Kernel, control: Tenant, admin: DatabaseAddress) -> bool:
    try:
        # As the owner: how far the tables are is none of the runtime role's business.
        with psycopg.connect(**control.owner.conninfo(), connect_timeout=5) as connection:
            row = connection.execute(
                "SELECT host, port, admin_user, admin_secret FROM tenants.database_server"
                " WHERE name = %s",
                (FIRST_SERVER,),
            ).fetchone()
            heads = {name: _head(connection, name) for name in _addons(kernel)}
    except psycopg.Error:
        return False
    wanted = {name: kernel.catalog.addons[name].head for name in _addons(kernel)}
    return heads == wanted and row is not None and _is_registered(row, admin, kernel.secrets)


def _is_registered(row: tuple[Any, ...], admin: DatabaseAddress, box: SecretBox) -> bool:
    host, port, user, sealed = row
    if (host, port, user) != (admin.host, admin.port, admin.user) or not box.is_current(sealed):
        return False
    password = box.open(sealed, bound_to=secret_bound_to(FIRST_SERVER))
    return password.decode() == admin.password


def _bootstrap(kernel: Kernel, control: Tenant, admin: DatabaseAddress) -> None:
    with _maintenance_connection(admin) as connection:
        _check_server(connection)
        connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        database = control.runtime.database
        if roles.database_exists(connection, database):
            _check_key(admin, kernel.secrets)
        roles.close_to_everybody(connection)
        roles.ensure_groups(connection)
        if not roles.database_exists(connection, database):
            create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
            connection.execute(create.format(sql.Identifier(database)))
        roles.open_database(connection, database, _logins(control))
        install(kernel, control)
        _register(admin, kernel.secrets, connection.info.dbname)


def _addons(kernel: Kernel) -> list[str]:
    return [n for n, a in kernel.catalog.addons.items() if n == "core" or a.manifest.control]


def _head(connection: psycopg.Connection, addon: str) -> str | None:
    statement = sql.SQL("SELECT version_num FROM {}.alembic_version").format(sql.Identifier(addon))
    row = connection.execute(statement).fetchone()
    return None if row is None else row[0]


@contextlib.contextmanager
def _maintenance_connection(admin: DatabaseAddress) -> Iterator[psycopg.Connection]:
    try:
        connection = roles.connect_as_admin(admin, "postgres")
    except psycopg.OperationalError as first:
        try:  # some providers give no way into `postgres`, but a database of one's own
            connection = roles.connect_as_admin(admin)
        except psycopg.OperationalError:
            raise ConfigError(
                f"PostgreSQL at {admin.host}:{admin.port} cannot be reached as {admin.user!r}:"
                f" {str(first).strip()}. Check AORABOOKS_DATABASE_URL and that the server runs."
            ) from first
    with connection:
        yield connection


def _check_server(connection: psycopg.Connection) -> None:
    version = connection.info.server_version
    if version < OLDEST_SERVER:
        raise ConfigError(
            f"PostgreSQL {version // 10_000} is too old: Aorabooks needs 16 or newer."
            " Upgrade the server, or unset AORABOOKS_DATABASE_URL to use the embedded one."
        )
    row = connection.execute(
        "SELECT rolsuper OR (rolcreatedb AND rolcreaterole) FROM pg_roles"
        " WHERE rolname = current_user"
    ).fetchone()
    if row is None or not row[0]:
        user = connection.info.user
        raise ConfigError(
            f"The role {user!r} may not create databases and roles."
            f' Run as the server\'s administrator: ALTER ROLE "{user}" CREATEDB CREATEROLE;'
        )


def _check_key(admin: DatabaseAddress, box: SecretBox) -> None:
    """Refuse a wrong master key before the control plane's roles get passwords from it."""
    statement = "SELECT name, admin_secret FROM tenants.database_server ORDER BY id LIMIT 1"
    with roles.connect_as_admin(admin) as connection:
        try:
            row = connection.execute(statement).fetchone()
        except (UndefinedTable, psycopg.errors.InvalidSchemaName):
            return
    if row is None:
        return
    try:
        box.open(row[1], bound_to=secret_bound_to(row[0]))
    except SealError as error:
        raise ConfigError(
            "The secret key does not fit this database: it was set up under another one."
            " Give that key in AORABOOKS_SECRET_KEY, or its file secret.key in AORABOOKS_VAR."
        ) from error


def _logins(control: Tenant) -> Logins:
    return Logins(
        runtime=Login(control.runtime.user, control.runtime.password),
        owner=Login(control.owner.user, control.owner.password),
    )


def _register(admin: DatabaseAddress, box: SecretBox, maintenance_database: str) -> None:
    """Enter the server, or its new address: the embedded one moves with its folder."""
    sealed = box.seal(admin.password.encode(), bound_to=secret_bound_to(FIRST_SERVER))
    with roles.connect_as_admin(admin) as connection:
        connection.execute(
            "INSERT INTO tenants.database_server"
            " (name, host, port, maintenance_database, admin_user, admin_secret)"
            " VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (name) DO UPDATE SET host = excluded.host, port = excluded.port,"
            " maintenance_database = excluded.maintenance_database,"
            " admin_user = excluded.admin_user, admin_secret = excluded.admin_secret",
            (FIRST_SERVER, admin.host, admin.port, maintenance_database, admin.user, sealed),
        )
