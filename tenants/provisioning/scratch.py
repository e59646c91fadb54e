"""Scratch databases: a copy of a tenant's database as it is at one moment, to try something on.

People go on working in the original meanwhile. A copy that a killed process left is swept.
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
def scratch_copy(server: DatabaseServer, box: SecretBox, database: str) -> Iterator[Logins]:
    """A copy of a database of this server, named like the first part of its roles, until the block
    ends. Raises Unavailable if it cannot be made."""
    name = names.scratch_name()
    runtime, owner = names.template_role_names(name)
    logins = Logins(Login(runtime, new_secret()), Login(owner, new_secret()))
    address = servers.admin_address(server, box)
    with servers.connect(server, box) as admin, advisory_lock(admin, name):
        try:
            create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
            admin.execute(create.format(sql.Identifier(name)))
            pour(replace(address, database=database), replace(address, database=name))
            roles.open_database(admin, name, logins)
            yield logins
        except DumpFailed as error:
            raise Unavailable(f"The database could not be copied: {error}") from error
        finally:
            drop(admin, name)


def drop(admin: psycopg.Connection, name: str) -> None:
    """Remove a scratch database with its roles; nothing where there is none."""
    drop_database = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    admin.execute(drop_database.format(sql.Identifier(name)))
    for role in names.template_role_names(name):
        roles.drop_login(admin, role)


def sweep(admin: psycopg.Connection) -> list[str]:
    """Drop the scratch databases whose process is gone."""
    databases = [name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()]
    dropped = []
    for name in names.scratches_among(databases):
        row = admin.execute("SELECT pg_try_advisory_lock(hashtext(%s))", (name,)).fetchone()
        if row is not None and row[0]:
            try:
                drop(admin, name)
                dropped.append(name)
            finally:
                admin.execute("SELECT pg_advisory_unlock(hashtext(%s))", (name,))
    return dropped
