"""A database's two log-in roles, and who may do what with a database as a whole.

Tables belong to a group that nobody logs in as, and data rights go to another (see
`core.db.grants`); a log-in role is a member of one of them and may connect to one database.
Databases belong to the administrator: as members of a group that owned every database, the
owner role of one tenant could let itself into another's.
"""

from __future__ import annotations

import base64
import contextlib
import hmac
import secrets
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, InvalidCatalogName

from core.db.grants import OWNER_GROUP, RUNTIME_GROUP
from core.tenancy.tenant import DatabaseAddress

CONNECT_SECONDS = 10
_FOREIGN_TO_TENANTS = ("postgres", "template1")


@dataclass(frozen=True, slots=True)
class Login:
    """A role and its random secret."""

    role: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Logins:
    """The two roles of one database."""

    runtime: Login
    owner: Login


def connect_as_admin(admin: DatabaseAddress, database: str | None = None) -> psycopg.Connection:
    """The administrator's own connection, outside every broker and budget; in autocommit."""
    address = admin if database is None else replace(admin, database=database)
    return psycopg.connect(
        **address.conninfo(),
        autocommit=True,
        connect_timeout=CONNECT_SECONDS,
        application_name="aorabooks-admin",
    )


def open_database(admin: psycopg.Connection, database: str, logins: Logins) -> None:
    """Make the two roles, give them their way in, close every other, and let them connect.

    One transaction, repeatable: all of it or nothing, whenever the process is killed.
    """
    grants: tuple[tuple[LiteralString, str], ...] = (
        ("CREATE, TEMPORARY", OWNER_GROUP),
        ("CONNECT, CREATE, TEMPORARY", logins.owner.role),
        ("CONNECT, TEMPORARY", logins.runtime.role),
    )
    with admin.transaction():
        _make_runtime(admin, logins.runtime)
        _make_owner(admin, logins.owner)
        _run(admin, "REVOKE ALL ON DATABASE {database} FROM PUBLIC", database=database)
        for rights, role in grants:
            grant = "GRANT " + rights + " ON DATABASE {database} TO {role}"
            _run(admin, grant, database=database, role=role)
        _run(admin, "ALTER DATABASE {database} WITH ALLOW_CONNECTIONS true", database=database)


def drop_login(admin: psycopg.Connection, role: str) -> None:
    """Remove a role and its rights on databases; nothing if there is no such role."""
    with admin.transaction():
        if not role_exists(admin, role):
            return
        rows = admin.execute(
            "SELECT DISTINCT datname FROM pg_database, aclexplode(datacl) AS acl"
            " WHERE acl.grantee = (SELECT oid FROM pg_roles WHERE rolname = %s)",
            (role,),
        ).fetchall()
        for (database,) in rows:
            _run(
                admin,
                "REVOKE ALL ON DATABASE {database} FROM {role}",
                database=database,
                role=role,
            )
        _run(admin, "DROP ROLE {role}", role=role)


def ensure_groups(admin: psycopg.Connection) -> None:
    """The two groups of this server that own tables and hold data rights.

    The administrator has the rights of both. One that is no superuser does not get them by
    making the groups, but may give them to itself.
    """
    for group in (OWNER_GROUP, RUNTIME_GROUP):
        if not role_exists(admin, group):
            _run(admin, "CREATE ROLE {role} NOLOGIN", role=group)
        if not _any(admin, "SELECT 1 WHERE pg_has_role(%s, 'USAGE')", group):
            _run(admin, "GRANT {role} TO CURRENT_USER WITH INHERIT TRUE", role=group)


def close_to_everybody(admin: psycopg.Connection) -> None:
    """Tenants' roles have no business in the databases that every server comes with."""
    for database in _FOREIGN_TO_TENANTS:
        revoke = sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database))
        # Not ours to close where a provider owns them.
        with contextlib.suppress(InsufficientPrivilege, InvalidCatalogName):
            admin.execute(revoke)


def role_exists(admin: psycopg.Connection, role: str) -> bool:
    """Whether the server has a role of this name."""
    return _any(admin, "SELECT 1 FROM pg_roles WHERE rolname = %s", role)


def database_exists(admin: psycopg.Connection, database: str) -> bool:
    """Whether the server has a database of this name."""
    return _any(admin, "SELECT 1 FROM pg_database WHERE datname = %s", database)


def database_number(admin: psycopg.Connection, database: str) -> int:
    """PostgreSQL's own number for a database: another one after it was dropped and restored."""
    row = admin.execute(
        "SELECT oid::bigint FROM pg_database WHERE datname = %s", (database,)
    ).fetchone()
    if row is None:
        raise LookupError(f"the server has no database {database}")
    return row[0]


def roles_of(admin: psycopg.Connection, database: str) -> list[str]:
    """Every log-in role of a tenant's database, of whatever generation of credentials."""
    rows = admin.execute(
        "SELECT rolname FROM pg_roles WHERE rolname ^@ %s ORDER BY rolname", (f"{database}_",)
    )
    return [name for (name,) in rows]


def open_doors(admin: psycopg.Connection) -> list[str]:
    """Every way into a database of this server that a tenant's role or anybody should not have."""
    rows = admin.execute(
        """
        SELECT datname, coalesce(rolname, 'PUBLIC')
          FROM pg_database
          CROSS JOIN LATERAL aclexplode(coalesce(datacl, acldefault('d', datdba))) AS acl
          LEFT JOIN pg_roles ON pg_roles.oid = acl.grantee
         WHERE datallowconn AND privilege_type = 'CONNECT'
           AND (acl.grantee = 0 OR rolname = ANY (%(groups)s)
                OR rolname ~ '^ab_[0-9a-f]{12}_' AND NOT rolname ^@ (datname || '_'))
         ORDER BY 1, 2
        """,
        {"groups": [OWNER_GROUP, RUNTIME_GROUP]},
    ).fetchall()
    return [f"{role} may connect to {database}" for database, role in rows]


def scram_verifier(secret: str) -> str:
    """What PostgreSQL stores of a password, so that the password itself never reaches its log.

    One iteration: stretching guards secrets that can be guessed, and costs every new
    connection 2.5 ms; 256 random bits cannot be guessed.
    """
    iterations, salt = 1, secrets.token_bytes(16)
    salted = hmac.digest(secret.encode(), salt + b"\x00\x00\x00\x01", sha256)
    stored = sha256(hmac.digest(salted, b"Client Key", sha256)).digest()
    server = hmac.digest(salted, b"Server Key", sha256)
    encoded = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(iterations, *encoded)


def _make_runtime(admin: psycopg.Connection, login: Login) -> None:
    _make_login(admin, login)
    member = "GRANT {group} TO {role} WITH INHERIT TRUE, SET FALSE"
    _run(admin, member, group=RUNTIME_GROUP, role=login.role)


def _make_owner(admin: psycopg.Connection, login: Login) -> None:
    """It works as the group from its first statement, so that what it makes belongs to the
    group. Without INHERIT it has no right of the group's before that."""
    _make_login(admin, login)
    member = "GRANT {group} TO {role} WITH INHERIT FALSE, SET TRUE"
    _run(admin, member, group=OWNER_GROUP, role=login.role)
    _run(admin, "ALTER ROLE {role} SET role TO {group}", role=login.role, group=OWNER_GROUP)


def _make_login(admin: psycopg.Connection, login: Login) -> None:
    verb = "ALTER" if role_exists(admin, login.role) else "CREATE"
    statement = sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}").format(
        sql.Identifier(login.role), sql.Literal(scram_verifier(login.secret))
    )
    admin.execute(statement)


def _run(admin: psycopg.Connection, statement: LiteralString, **identifiers: str) -> None:
    quoted = {name: sql.Identifier(value) for name, value in identifiers.items()}
    admin.execute(sql.SQL(statement).format(**quoted))


def _any(admin: psycopg.Connection, statement: LiteralString, value: str) -> bool:
    return admin.execute(statement, (value,)).fetchone() is not None
