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
from psycopg.errors import (
    InvalidSchemaName,
    UndefinedTable,
)

from core import master_key, secrets
from core.addons.install import install
from core.config import Config, ConfigError
from core.kernel import Kernel
from core.secrets import SealError, SecretBox, key_id_of
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
    if (host, port, user) != (admin.host, admin.port, admin.user):
        return False
    try:
        password = box.open(sealed, bound_to=secret_bound_to(FIRST_SERVER))
    except SealError:
        return False
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


def find_keys(config: Config, admin: DatabaseAddress) -> SecretBox:
    """The master keys, made if this is the very first start; raises ConfigError, before anything is
    written or opened, where they are not those under which this control plane was set up."""
    sealed = _first_secret(admin)
    if sealed is not None and master_key.is_missing(config):
        raise ConfigError(
            f"The database {admin.database!r} at {admin.host}:{admin.port} was set up under a"
            " master key, and none is given here. Give it in AORABOOKS_SECRET_KEY, or copy its"
            f" file {master_key.OWN_FILE} to {config.var}."
        )
    box = secrets.load(config)
    if sealed is not None:
        _refuse_other(box, *sealed)
    return box


def _check_key(admin: DatabaseAddress, box: SecretBox) -> None:
    """Refuse a wrong master key before the control plane gets roles whose passwords follow from
    it. Another process may have set it up since we looked."""
    sealed = _first_secret(admin)
    if sealed is not None:
        _refuse_other(box, *sealed)


def _first_secret(admin: DatabaseAddress) -> tuple[str, str] | None:
    """The oldest server and what is sealed of it; None where no control plane is within reach."""
    statement = "SELECT name, admin_secret FROM tenants.database_server ORDER BY id LIMIT 1"
    try:
        with roles.connect_as_admin(admin) as connection:
            return connection.execute(statement).fetchone()
    except (UndefinedTable, InvalidSchemaName, psycopg.OperationalError):
        return None


def _refuse_other(box: SecretBox, server: str, sealed: str) -> None:
    try:
        box.open(sealed, bound_to=secret_bound_to(server))
    except SealError as error:
        raise ConfigError(
            "The secret key does not fit this database: it was set up under another one, with the"
            f" id {key_id_of(sealed)!r}. Give that key in AORABOOKS_SECRET_KEY, or its file"
            f" {master_key.OWN_FILE} in AORABOOKS_VAR. Nothing was changed."
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
