"""Scratch databases: a copy of a tenant's database as it is at one moment, to try something on.

People go on working in the original meanwhile: PostgreSQL's own dump reads it, and is restored as
it comes, without touching a disk in between. A copy that a killed process left is swept.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

import psycopg
from psycopg import sql

from core.custody.dumping import program
from core.errors import Unavailable
from core.secrets import SecretBox
from core.tenancy.tenant import DatabaseAddress
from tenants import names
from tenants.credentials import new_secret
from tenants.models import DatabaseServer
from tenants.provisioning import roles, servers
from tenants.provisioning.roles import Login, Logins
from tenants.provisioning.templates import advisory_lock

_SAID: Final = 2000


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
            _copy(address, database, name)
            roles.open_database(admin, name, logins)
            yield logins
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


def _copy(address: DatabaseAddress, source: str, target: str) -> None:
    where = [f"--host={address.host}", f"--port={address.port}", f"--username={address.user}"]
    common = [*where, "--no-password"]
    dump = [program("pg_dump"), *common, "--format=custom", "--compress=none", source]
    restore = [program("pg_restore"), *common, "--exit-on-error", f"--dbname={target}"]
    environment = {**os.environ, "PGPASSWORD": address.password}
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            dump, stdout=subprocess.PIPE, stderr=said, stdin=subprocess.DEVNULL, env=environment
        ) as reading:
            restored = subprocess.run(
                restore, stdin=reading.stdout, stderr=said, env=environment, check=False
            )
            assert reading.stdout is not None
            reading.stdout.close()  # so that a dump nobody reads any more ends
        if reading.returncode or restored.returncode:
            raise Unavailable(f"The database could not be copied: {_last(said)}")


def _last(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read(_SAID).decode(errors="replace").strip()
