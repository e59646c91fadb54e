"""The audit trail: who changed what, from what to what, written by the database itself.

A trigger on every business table writes to `core.audit_log`, on which the runtime role may
only read: the application can neither forget an entry nor change one. A second trigger
counts `version` up, so that an edit by plain SQL is noticed like any other. The functions
behind both, core.audit_row and core.touch_row, come with the kernel's first migration.
"""

from __future__ import annotations

from psycopg import sql
from sqlalchemy import Connection, Table

from core.db.grants import execute, tables_of

_EVENTS = {"all": "INSERT OR UPDATE OR DELETE", "changes": "UPDATE OR DELETE"}


def attach(connection: Connection, schema: str) -> None:
    """Put the triggers on the tables of a schema, as its models declare them. Repeatable."""
    for table in tables_of(schema):
        _attach_table(connection, table)


def _attach_table(connection: Connection, table: Table) -> None:
    schema, name = table.schema or "", table.name
    audit = table.info.get("audit", "all")
    for trigger in ("aorabooks_audit", "aorabooks_touch"):
        execute(connection, sql.SQL("DROP TRIGGER IF EXISTS {} ON {}.{}"), trigger, schema, name)
    if "version" in table.columns and "updated_at" in table.columns:
        execute(
            connection,
            sql.SQL(
                "CREATE TRIGGER {} BEFORE UPDATE ON {}.{}"
                " FOR EACH ROW EXECUTE FUNCTION core.touch_row()"
            ),
            "aorabooks_touch",
            schema,
            name,
        )
    if audit == "none":
        return
    secret = [column.name for column in table.columns if column.info.get("secret")]
    arguments = sql.SQL(", ").join(sql.Literal(name) for name in secret)
    raw = connection.connection.driver_connection
    connection.exec_driver_sql(
        sql.SQL(
            "CREATE TRIGGER {} AFTER " + _EVENTS[audit] + " ON {}.{}"
            " FOR EACH ROW EXECUTE FUNCTION core.audit_row({})"
        )
        .format(
            sql.Identifier("aorabooks_audit"),
            sql.Identifier(schema),
            sql.Identifier(name),
            arguments,
        )
        .as_string(raw)
    )
