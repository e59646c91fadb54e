"""The day on which all pictures are taken, whichever day it is.

Python's clock is moved there before anything starts. PostgreSQL's is not: what it stamped by
itself is moved afterwards, which a superuser with the triggers off can do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import psycopg
from psycopg import sql

NOW: Final = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
"""A Sunday morning, when the week begins in Riyadh and in Dhaka."""
TODAY: Final = NOW.date()

_STAMPED: Final = """
SELECT c.table_schema, c.table_name, c.column_name
  FROM information_schema.columns AS c
  JOIN information_schema.tables AS t USING (table_schema, table_name)
 WHERE t.table_type = 'BASE TABLE' AND c.data_type = 'timestamp with time zone'
   AND c.table_schema IN ('core', 'shop')
 ORDER BY 1, 2, 3
"""


def days_ago(days: int) -> date:
    """A day before the one of the pictures."""
    return TODAY - timedelta(days=days)


@contextmanager
def happening(connection: psycopg.Connection[Any], moment: datetime) -> Iterator[None]:
    """What is committed within the block happened until `moment`. The connection is the
    superuser's, to the company's database, in autocommit."""
    since = _moment(connection)
    yield
    until = _moment(connection)
    connection.execute("SET session_replication_role = replica")
    for schema, table, column in connection.execute(_STAMPED).fetchall():
        name = sql.Identifier(column)
        statement = sql.SQL(
            "UPDATE {table} SET {name} = {name} - %s::interval WHERE {name} BETWEEN %s AND %s"
        ).format(table=sql.Identifier(schema, table), name=name)
        connection.execute(statement, (until - moment, since, until))


def _moment(connection: psycopg.Connection[Any]) -> datetime:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    return row[0]
