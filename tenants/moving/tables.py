"""What is in a database, as a move needs to know it: tables, rows, sequences, and its shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, LiteralString

import psycopg
from psycopg import sql

Name = tuple[str, str]
"""Schema and table."""

_TABLES: Final[LiteralString] = """
SELECT n.nspname, c.relname, c.relpersistence = 'u', c.relreplident = 'f',
       EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary)
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema$)' ORDER BY 1, 2
"""
_HINDRANCE: Final[LiteralString] = """
SELECT (SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('m', 'f', 'p') AND n.nspname !~ '^(pg_|information_schema$)'),
       (SELECT count(*) FROM pg_largeobject_metadata)
"""
_SHAPE: Final[LiteralString] = """
WITH ours AS (SELECT oid FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'),
known AS (
  SELECT concat_ws(' ', c.oid::regclass, a.attname, a.atttypid::regtype, a.attnotnull) AS line
    FROM pg_class AS c JOIN ours ON ours.oid = c.relnamespace
    LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   WHERE c.relkind IN ('r', 'i', 'S', 'v')
  UNION ALL
  SELECT concat_ws(' ', p.oid::regprocedure, md5(p.prosrc))
    FROM pg_proc AS p JOIN ours ON ours.oid = p.pronamespace
  UNION ALL
  SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled)
    FROM pg_trigger WHERE NOT tgisinternal)
SELECT md5(coalesce(string_agg(line, ' ' ORDER BY line), '')) FROM known
"""


@dataclass(frozen=True, slots=True)
class Tables:
    """`kept` survive a crash and are carried over by replication; `passing` are unlogged, and
    copied when nobody writes. `keyless` have no primary key, `whole` of them tell whole rows."""

    kept: tuple[Name, ...]
    passing: tuple[Name, ...]
    keyless: tuple[Name, ...]
    whole: tuple[Name, ...]

    @property
    def all(self) -> tuple[Name, ...]:
        return tuple(sorted((*self.kept, *self.passing)))


def tables_of(connection: psycopg.Connection) -> Tables:
    """Those of a company's database, by name."""
    rows = connection.execute(_TABLES).fetchall()
    kept = [(schema, name) for schema, name, passing, *_ in rows if not passing]
    return Tables(
        kept=tuple(kept),
        passing=tuple((schema, name) for schema, name, passing, *_ in rows if passing),
        keyless=tuple((s, n) for s, n, passing, _, key in rows if not (key or passing)),
        whole=tuple((s, n) for s, n, passing, whole, key in rows if whole and not (key or passing)),
    )


def can_be_followed(connection: psycopg.Connection) -> bool:
    """Whether replication carries everything that is in the database."""
    row = connection.execute(_HINDRANCE).fetchone()
    return row == (0, 0)


def shape_of(connection: psycopg.Connection) -> str:
    """The same for two looks between which nobody changed a table, a function or a trigger."""
    row = connection.execute(_SHAPE).fetchone()
    assert row is not None
    return row[0]


def size_of(connection: psycopg.Connection) -> int:
    """Bytes of the database that this connects to."""
    row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    return row[0]


def count_rows(connection: psycopg.Connection, tables: tuple[Name, ...]) -> Mapping[Name, int]:
    """How many rows each table has, all at one moment."""
    each = [
        sql.SQL("SELECT {}, count(*) FROM {}").format(sql.Literal(number), sql.Identifier(*name))
        for number, name in enumerate(tables)
    ]
    if not each:
        return {}
    rows = connection.execute(sql.SQL(" UNION ALL ").join(each)).fetchall()
    return {tables[number]: count for number, count in rows}


def carry_sequences(source: psycopg.Connection, target: psycopg.Connection) -> None:
    """Let every sequence of the target go on where that of the source stands."""
    found = source.execute(
        "SELECT schemaname, sequencename, last_value FROM pg_sequences"
        " WHERE last_value IS NOT NULL ORDER BY 1, 2"
    ).fetchall()
    schemas, names = [row[0] for row in found], [row[1] for row in found]
    target.execute(
        "SELECT setval(format('%%I.%%I', schema, name)::regclass, value)"
        " FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS given (schema, name, value)",
        (schemas, names, [row[2] for row in found]),
    )


def carry_passing(
    source: psycopg.Connection, target: psycopg.Connection, tables: tuple[Name, ...]
) -> None:
    """Copy unlogged tables, which hold little and mostly nothing."""
    for name in tables:
        table = sql.Identifier(*name)
        target.execute(sql.SQL("DELETE FROM {}").format(table))
        leave = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(table)
        enter = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(table)
        with source.cursor().copy(leave) as out, target.cursor().copy(enter) as into:
            for piece in out:
                into.write(piece)
