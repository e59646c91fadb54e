"""Scratch databases: made to look at something or to try it, and gone afterwards.

Nobody knows of one but who made it. Its name says what for, so that what a killed process left is
found and dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
from psycopg import sql

from core.custody.dumping import DumpFailed
from core.errors import Unavailable
from core.secrets import SecretBox
from tenants import names
from tenants.credentials import new_secret
from tenants.models import DatabaseServer
from tenants.provisioning import roles, servers
from tenants.provisioning.pouring import pour
from tenants.provisioning.roles import Login, Logins
from tenants.provisioning.templates import advisory_lock


@contextmanager
def empty_database(admin: psycopg.Connection, name: str) -> Iterator[Logins]:
    """A database of this name with roles of its own, until the block ends, unless it was renamed
    meanwhile; its roles are gone in any case."""
    runtime, owner = names.template_role_names(name)
    logins = Logins(Login(runtime, new_secret()), Login(owner, new_secret()))
    with advisory_lock(admin, name):
        drop(admin, name)
        try:
            create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
            admin.execute(create.format(sql.Identifier(name)))
            roles.open_database(admin, name, logins)
            yield logins
        finally:
            drop(admin, name)


@contextmanager
def scratch_copy(server: DatabaseServer, box: SecretBox, database: str) -> Iterator[Logins]:
    """A copy of a database of this server, named like the first part of its roles, as it is at one
    moment; people go on working in the original. Raises Unavailable if it cannot be made."""
    name = names.scratch_name("try")
    address = servers.admin_address(server, box)
    with servers.connect(server, box) as admin, empty_database(admin, name) as logins:
        try:
            pour(replace(address, database=database), replace(address, database=name))
        except DumpFailed as error:
            raise Unavailable(f"The database could not be copied: {error}") from error
        yield logins


def drop(admin: psycopg.Connection, name: str) -> None:
    """Remove a scratch database with its roles; nothing where there is none."""
    drop_database = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    admin.execute(drop_database.format(sql.Identifier(name)))
    for role in names.template_role_names(name):
        roles.drop_login(admin, role)


def sweep(admin: psycopg.Connection) -> list[str]:
    """Drop what killed processes left on this server; not what one is working with."""
    rows = admin.execute(
        "SELECT datname FROM pg_database UNION"
        " SELECT left(rolname, -4) FROM pg_roles WHERE rolname ~ '_(run|own)$'"
    ).fetchall()
    dropped = []
    for name in names.scratches_among(name for (name,) in rows):
        row = admin.execute("SELECT pg_try_advisory_lock(hashtext(%s))", (name,)).fetchone()
        if row != (True,):
            continue
        try:
            drop(admin, name)
            dropped.append(name)
        finally:
            admin.execute("SELECT pg_advisory_unlock(hashtext(%s))", (name,))
    return dropped
