"""A backup's database, restored under a name of its own for as long as it is looked at.

Nobody knows of it but who made it. Its name says what for, so that what a killed process left is
found and dropped.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

import psycopg
from psycopg import sql

from core.addons.upgrading import ensure_current
from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress, Tenant
from tenants.backups import contents
from tenants.backups.reading import BackupReader
from tenants.credentials import new_secret
from tenants.provisioning import roles
from tenants.provisioning.roles import Login, Logins
from tenants.provisioning.templates import advisory_lock

Purpose = Literal["proof", "restore"]
PREFIX: Final = "aorabooks_"


def new_name(purpose: Purpose) -> str:
    """A name that no other database has."""
    return f"{PREFIX}{purpose}_{secrets.token_hex(6)}"


@contextmanager
def restored(
    kernel: Kernel,
    admin: psycopg.Connection,
    reader: BackupReader,
    name: str,
    allowed: frozenset[str] | None,
) -> Iterator[Tenant]:
    """The backup's database as `loaded`, its tables brought up to the code."""
    with loaded(kernel, admin, reader, name, allowed) as tenant:
        ensure_current(kernel, tenant)
        yield tenant


@contextmanager
def loaded(
    kernel: Kernel,
    admin: psycopg.Connection,
    reader: BackupReader,
    name: str,
    allowed: frozenset[str] | None,
) -> Iterator[Tenant]:
    """The backup's database under this name, as it was; dropped in the end, unless it was renamed.
    Raises Damaged, or DumpFailed."""
    with advisory_lock(admin, name):
        drop(admin, name)
        try:
            create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
            admin.execute(create.format(sql.Identifier(name)))
            logins = _logins(name)
            roles.open_database(admin, name, logins)
            tenant = _tenant(admin, name, logins, allowed)
            contents.load(tenant.owner, reader.content(contents.DATABASE))
            yield tenant
        finally:
            kernel.states.forget(name)
            kernel.engine.broker.forget(name)
            drop(admin, name)


def drop(admin: psycopg.Connection, name: str) -> None:
    """Remove the database and its roles, if they are there."""
    quoted = sql.Identifier(name)
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(quoted))
    for role in role_names(name):
        roles.drop_login(admin, role)


def role_names(name: str) -> tuple[str, str]:
    """The roles that work with it; what they make belongs to the group."""
    return f"{name}_run", f"{name}_own"


def sweep(admin: psycopg.Connection) -> list[str]:
    """Drop what killed processes left on this server; not what one is working with."""
    rows = admin.execute(
        "SELECT datname FROM pg_database WHERE datname ~ '^aorabooks_(proof|restore)_[0-9a-f]{12}$'"
        " UNION SELECT left(rolname, -4) FROM pg_roles"
        " WHERE rolname ~ '^aorabooks_(proof|restore)_[0-9a-f]{12}_(run|own)$'"
    ).fetchall()
    dropped = []
    for (name,) in rows:
        row = admin.execute("SELECT pg_try_advisory_lock(hashtext(%s))", (name,)).fetchone()
        if row != (True,):
            continue
        try:
            drop(admin, name)
            dropped.append(name)
        finally:
            admin.execute("SELECT pg_advisory_unlock(hashtext(%s))", (name,))
    return dropped


def _logins(name: str) -> Logins:
    runtime, owner = role_names(name)
    return Logins(Login(runtime, new_secret()), Login(owner, new_secret()))


def _tenant(
    admin: psycopg.Connection, name: str, logins: Logins, allowed: frozenset[str] | None
) -> Tenant:
    def address(login: Login) -> DatabaseAddress:
        return DatabaseAddress(admin.info.host, admin.info.port, name, login.role, login.secret)

    return Tenant(
        id=name,
        slug=name.removeprefix(PREFIX),
        title=name,
        status="active",
        runtime=address(logins.runtime),
        owner=address(logins.owner),
        allowed=allowed,
    )
