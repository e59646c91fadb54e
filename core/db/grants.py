"""Which rights the runtime role has on each table: data rights only, less where declared.

Objects belong to one role per server that nobody logs in as (`OWNER_GROUP`), and rights go
to another (`RUNTIME_GROUP`). Each tenant has two log-in roles of its own, members of these,
and each may connect to its tenant's database alone. So a database is cloned, moved and
restored without rewriting the owner of a single table (docs/decisions/0003).
"""

from __future__ import annotations

from psycopg import sql
from sqlalchemy import Connection, Table

from core.db.base import Model

OWNER_GROUP = "aorabooks_owner"
RUNTIME_GROUP = "aorabooks_runtime"
DEFAULT_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"
_KNOWN_RIGHTS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})


def grant(connection: Connection, schema: str) -> None:
    """Give the runtime role its rights on a schema, as its models declare them."""
    execute(connection, sql.SQL("GRANT USAGE ON SCHEMA {} TO {}"), schema, RUNTIME_GROUP)
    for table in tables_of(schema):
        names = (schema, table.name, RUNTIME_GROUP)
        rights = data_rights(table)
        execute(connection, sql.SQL("REVOKE ALL ON {}.{} FROM {}"), *names)
        execute(connection, sql.SQL("GRANT " + rights + " ON {}.{} TO {}"), *names)
    execute(
        connection,
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {} TO {}"),
        schema,
        RUNTIME_GROUP,
    )


def tables_of(schema: str) -> list[Table]:
    """The tables that the models declare in a schema.

    In no order: sorting by foreign keys would fail for all when one addon's are broken.
    """
    return [table for table in Model.metadata.tables.values() if table.schema == schema]


def execute(connection: Connection, statement: sql.SQL, *identifiers: str) -> None:
    """Run a statement whose names go through psycopg's quoting."""
    raw = connection.connection.driver_connection
    composed = statement.format(*(sql.Identifier(name) for name in identifiers))
    connection.exec_driver_sql(composed.as_string(raw))


def data_rights(table: Table) -> str:
    """The rights that a table declares for the runtime role; raises ValueError for others."""
    rights: str = table.info.get("runtime", DEFAULT_RIGHTS)
    unknown = {right.strip() for right in rights.split(",")} - _KNOWN_RIGHTS
    if unknown:
        raise ValueError(f"{table.fullname}: runtime rights {sorted(unknown)} are no data rights")
    return rights
