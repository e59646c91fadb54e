"""Everything a company has, in one ZIP file that can be read without this product.

    README.txt           what is what, and how to restore it
    database.dump        the whole database, for pg_restore; of a company that has another brand
                         database.sql, for psql, which does not name the platform
    data/*.csv           each table, UTF-8, with a head line
    description.csv      each column: type, whether it may be empty, what it refers to
    files/*              attachments, named by the SHA-256 of what is in them

Dump and tables are of the same moment: they read one snapshot. What is sealed under the
platform's keys (passwords, secrets) is in the dump as it is stored, and in no table.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from core.custody.dumping import dump_command, printed, script_command
from core.custody.unnamed_script import ROLE_SQL, without_name
from core.db.base import Model
from core.db.engine import TenantEngine
from core.files import TenantFiles
from core.i18n import phrase
from core.tenancy.tenant import Tenant

Say = Callable[[float, str], None]
"""Told how far it is, from 0 to 1, and with what."""
CHUNK: Final = 1024 * 1024
AREA: Final = "takeouts"
"""Where archives are kept among the tenant's files; they hold no archives."""

_TABLES: Final = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)' ORDER BY 1, 2
"""
_COLUMNS: Final = """
SELECT n.nspname || '.' || c.relname AS "table", a.attname AS "column",
       format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attnotnull THEN 'no' ELSE 'yes' END AS may_be_empty,
       coalesce((SELECT string_agg(k.confrelid::regclass::text, ' ')
                   FROM pg_constraint AS k
                  WHERE k.contype = 'f' AND k.conrelid = c.oid AND a.attnum = ANY (k.conkey)), '')
         AS refers_to
  FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
   AND n.nspname !~ '^(pg_|information_schema)'
 ORDER BY 1, a.attnum
"""
_README: Final = """{title}
{line}

Everything that {title} keeps here, as it was at {at} UTC.

data/             One CSV file a table: UTF-8, comma, a head line, empty for nothing.
                  Numbers with a point, times in UTC.
description.csv   What each column is, and which table it refers to.
files/            Attachments. The name of each is the SHA-256 of its content; the table
                  core.attachment says what it was called and which record it belongs to.
{dump}     The whole database, with every constraint and trigger. To restore it, with
                  PostgreSQL {major} or newer:
                      createdb mine
                      {restore}
"""
_DUMP: Final = "database.dump"
_SCRIPT: Final = "database.sql"
_RESTORE: Final = {
    _DUMP: f"pg_restore --no-owner --no-privileges -d mine {_DUMP}",
    _SCRIPT: f"psql -v ON_ERROR_STOP=1 -d mine -f {_SCRIPT}",
}


def write_takeout(
    target: Path, tenant: Tenant, engine: TenantEngine, files: TenantFiles, say: Say
) -> None:
    """Write the archive to `target`; raises DumpFailed if PostgreSQL's own dump does not work.

    Needs one connection of the budget and a process beside it; memory does not grow with the
    data.
    """
    with (
        snapshot_of(engine, tenant) as (connection, snapshot),
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        archive.writestr("README.txt", _readme(connection, tenant))
        _copy(archive, "description.csv", connection, _COLUMNS)
        tables = connection.execute(_TABLES).fetchall()
        for number, (schema, name) in enumerate(tables):
            say(0.4 * number / len(tables), phrase("Table {name}", name=f"{schema}.{name}"))
            query = _select(connection, schema, name, unnamed=tenant.brand.is_own)
            if query is not None:
                _copy(archive, f"data/{schema}.{name}.csv", connection, query)
        say(0.4, phrase("The whole database"))
        _dump(archive, tenant, snapshot)
        say(0.8, phrase("Files"))
        for name, path in files.all(tenant, leave_out=frozenset({AREA})):
            archive.write(path, f"files/{name}", compress_type=zipfile.ZIP_STORED)


@contextmanager
def snapshot_of(engine: TenantEngine, tenant: Tenant) -> Iterator[tuple[psycopg.Connection, str]]:
    """A connection that reads one moment, and the name under which others can share it."""
    with engine.connect(tenant.owner, keep=False) as leased:
        connection = leased.connection.driver_connection
        assert isinstance(connection, psycopg.Connection)
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute("SET LOCAL statement_timeout = 0")
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield connection, row[0]


def _select(
    connection: psycopg.Connection, schema: str, name: str, *, unnamed: bool
) -> sql.Composed | None:
    """All columns of a table but those with secrets; None where nothing would be left. `unnamed`
    says that database roles shall not bear the platform's name."""
    model = Model.metadata.tables.get(f"{schema}.{name}")
    columns = () if model is None else model.columns
    secret = {column.name for column in columns if column.info.get("secret")}
    roles = {column.name for column in columns if unnamed and column.info.get("role")}
    table = sql.Identifier(schema, name)
    cursor = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(table))
    kept = [column.name for column in cursor.description or () if column.name not in secret]
    if not kept:
        return None
    chosen = (
        sql.SQL(ROLE_SQL if column in roles else "{column}").format(column=sql.Identifier(column))
        for column in kept
    )
    return sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(chosen), table)


def _copy(archive: zipfile.ZipFile, name: str, connection: psycopg.Connection, query: Any) -> None:
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER true)").format(
        query if isinstance(query, sql.Composable) else sql.SQL(query)
    )
    with (
        archive.open(name, "w", force_zip64=True) as entry,
        connection.cursor().copy(statement) as rows,
    ):
        for chunk in rows:
            entry.write(chunk)


def _dump(archive: zipfile.ZipFile, tenant: Tenant, snapshot: str) -> None:
    """PostgreSQL's own dump, straight into the archive."""
    address, entry = tenant.owner, zipfile.ZipInfo(_database_of(tenant))
    script = entry.filename == _SCRIPT
    # A dump is compressed by itself.
    entry.compress_type = zipfile.ZIP_DEFLATED if script else zipfile.ZIP_STORED
    command = (script_command if script else dump_command)(address, snapshot)
    with (
        printed(command, address) as dumped,
        archive.open(entry, "w", force_zip64=True) as written,
    ):
        chunks = iter(partial(dumped.read, CHUNK), b"")
        for chunk in without_name(dumped) if script else chunks:
            written.write(chunk)


def _database_of(tenant: Tenant) -> str:
    """The name of the file with the whole database."""
    return _SCRIPT if tenant.brand.is_own else _DUMP


def _readme(connection: psycopg.Connection, tenant: Tenant) -> str:
    row = connection.execute(
        "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
    ).fetchone()
    major = connection.info.server_version // 10000
    at, dump = row[0] if row else "", _database_of(tenant)
    return _README.format(
        title=tenant.title,
        line="=" * len(tenant.title),
        at=at,
        major=major,
        dump=dump.ljust(len(_DUMP)),
        restore=_RESTORE[dump],
    )
