"""Where the data lies, how much of it each addon has, and who can reach it: asked of PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.db.session import binding


@dataclass(frozen=True, slots=True)
class Place:
    """The server and the database. `host` is empty for a server on this very machine."""

    server: str
    region: str
    host: str
    version: str
    database: str
    size: int
    encrypted: bool


@dataclass(frozen=True, slots=True)
class SchemaSize:
    """What one addon's tables take: their number, an estimate of rows, bytes with indexes."""

    schema: str
    tables: int
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class DatabaseRole:
    """A role of the server that may log in to this database, and its open connections."""

    name: str
    superuser: bool
    connections: int


_PLACE = text("""
SELECT current_setting('server_version') AS version,
       current_database()::text AS database,
       pg_database_size(current_database()) AS size,
       coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS encrypted
""")

_SIZES = text("""
SELECT n.nspname AS schema, count(*) AS tables,
       sum(coalesce(pg_stat_get_live_tuples(c.oid), 0))::bigint AS rows,
       sum(pg_total_relation_size(c.oid))::bigint AS size
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^(pg_|information_schema)'
 GROUP BY n.nspname ORDER BY size DESC, schema
""")

_ROLES = text("""
SELECT r.rolname::text AS name, r.rolsuper AS superuser,
       (SELECT count(*) FROM pg_stat_activity AS a
         WHERE a.usename = r.rolname AND a.datname = current_database()) AS connections
  FROM pg_roles AS r
 WHERE r.rolcanlogin AND has_database_privilege(r.oid, current_database(), 'CONNECT')
 ORDER BY r.rolsuper, r.rolname
""")


def place_of(session: Session) -> Place:
    """Where this session's tenant lives."""
    tenant = binding(session).tenant
    found = session.execute(_PLACE).one()
    host = tenant.runtime.host
    return Place(
        server=tenant.server,
        region=tenant.region,
        host="" if not host or host.startswith("/") else host,
        version=found.version,
        database=found.database,
        size=found.size,
        encrypted=found.encrypted,
    )


def schema_sizes(session: Session) -> list[SchemaSize]:
    """The largest first."""
    return [SchemaSize(*row) for row in session.execute(_SIZES)]


def database_roles(session: Session) -> list[DatabaseRole]:
    """Everyone to whom the server would open this database; its administrators last."""
    return [DatabaseRole(*row) for row in session.execute(_ROLES)]
