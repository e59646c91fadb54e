"""Which rights the runtime role has on each table: data rights only, less where declared.

Objects belong to one role per server that nobody logs in as (`OWNER_GROUP`), and rights go
to another (`RUNTIME_GROUP`). Each tenant has two log-in roles of its own, members of these,
and each may connect to its tenant's database alone. So a database is cloned, moved and
restored without rewriting the owner of a single table (docs/decisions/0003).
"""

from __future__ import annotations

from psycopg import sql
from sqlalchemy import Connection

from core.db.base import Model

OWNER_GROUP = "aorabooks_owner"
RUNTIME_GROUP = "aorabooks_runtime"
DEFAULT_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"
_KNOWN_RIGHTS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})


def grant(connection: Connection, schema: str) -> None:
    """Give the runtime role its rights on a schema, as its models declare them."""
    execute(connection, sql.SQL("GRANT USAGE ON SCHEMA {} TO {}"), schema, RUNTIME_GROUP)
    for table in Model.metadata.sorted_tables:
        if table.schema == schema:
            rights = table.info.get("runtime", DEFAULT_RIGHTS)
            _check(rights, table.fullname)
            execute(
                connection,
                sql.SQL("REVOKE ALL ON {}.{} FROM {}"),
                schema,
                table.name,
                RUNTIME_GROUP,
            )
            execute(
                connection,
                sql.SQL("GRANT " + rights + " ON {}.{} TO {}"),
                schema,
                table.name,
                RUNTIME_GROUP,
            )
    execute(
        connection,
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {} TO {}"),
        schema,
        RUNTIME_GROUP,
    )


def execute(connection: Connection, statement: sql.SQL, *identifiers: str) -> None:
    """Run a statement whose names go through psycopg's quoting."""
    raw = connection.connection.driver_connection
    composed = statement.format(*(sql.Identifier(name) for name in identifiers))
    connection.exec_driver_sql(composed.as_string(raw))


def _check(rights: str, table: str) -> None:
    unknown = {right.strip() for right in rights.split(",")} - _KNOWN_RIGHTS
    if unknown:
        raise ValueError(f"{table}: runtime rights {sorted(unknown)} are not data rights")
