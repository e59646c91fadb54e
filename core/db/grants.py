"""Which rights the runtime role has on each table: data rights only, less where declared.

Objects belong to one role per server that nobody logs in as (`OWNER_GROUP`), and rights go
to another (`RUNTIME_GROUP`). Each tenant has two log-in roles of its own, members of these,
and each may connect to its tenant's database alone. So a database is cloned, moved and
restored without rewriting the owner of a single table (docs/decisions/0003).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, LiteralString

from psycopg import sql
from sqlalchemy import Connection, Table

from core.db.base import Model

OWNER_GROUP: Final = "aorabooks_owner"
RUNTIME_GROUP: Final = "aorabooks_runtime"
DEFAULT_RIGHTS: Final = "SELECT, INSERT, UPDATE, DELETE"
_KNOWN_RIGHTS: Final = {right: sql.SQL(right) for right in ("SELECT", "INSERT", "UPDATE", "DELETE")}


def statements(schema: str) -> list[sql.Composed]:
    """What gives the runtime role its rights on a schema, as its models declare them."""
    names = {"schema": sql.Identifier(schema), "role": sql.Identifier(RUNTIME_GROUP)}
    granted = [composed("GRANT USAGE ON SCHEMA {schema} TO {role}", **names)]
    for table in tables_of(schema):
        names["table"] = sql.Identifier(schema, table.name)
        rights = data_rights(table)
        granted += [
            composed("REVOKE ALL ON {table} FROM {role}", **names),
            composed("GRANT {rights} ON {table} TO {role}", rights=rights, **names),
        ]
    sequences = "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}"
    return [*granted, composed(sequences, **names)]


def data_rights(table: Table) -> sql.Composed:
    """What a table declares for the runtime role; raises ValueError if that is no data right."""
    declared: str = table.info.get("runtime", DEFAULT_RIGHTS)
    rights = [right.strip() for right in declared.split(",")]
    unknown = sorted(set(rights) - _KNOWN_RIGHTS.keys())
    if unknown:
        raise ValueError(f"{table.fullname}: runtime rights {unknown} are no data rights")
    return sql.SQL(", ").join(_KNOWN_RIGHTS[right] for right in rights)


def tables_of(schema: str) -> list[Table]:
    """The tables that the models declare in a schema.

    In no order: sorting by foreign keys would fail for all when one addon's are broken.
    """
    return [table for table in Model.metadata.tables.values() if table.schema == schema]


def composed(statement: LiteralString, **parts: sql.Composable) -> sql.Composed:
    """A statement whose names and values go through psycopg's quoting."""
    return sql.SQL(statement).format(**parts)


def execute(connection: Connection, statement: LiteralString, **parts: sql.Composable) -> None:
    """Run such a statement."""
    execute_all(connection, [composed(statement, **parts)])


def execute_all(connection: Connection, statements: Iterable[sql.Composed]) -> None:
    """Run these statements in one round trip: an addon has hundreds of them, a fleet thousands of
    addons."""
    together = script(statements)
    if together:
        connection.exec_driver_sql(together)


def script(statements: Iterable[sql.Composed]) -> str:
    """These statements as one text."""
    return sql.SQL("; ").join(statements).as_string(None)
