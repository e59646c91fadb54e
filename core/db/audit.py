"""The audit trail: who changed what, from what to what, written by the database itself.

A trigger on every business table writes to `core.audit_log`, on which the runtime role may
only read: the application can neither forget an entry nor change one. A second trigger
counts `version` up, so that an edit by plain SQL is noticed like any other. The functions
behind both, core.audit_row and core.touch_row, come with the kernel's first migration.

Of a secret, and of a column with `info={"trail": "masked"}`, the trail says that it changed and
not what it held: what its author may take back must not stay there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from psycopg import sql
from sqlalchemy import BigInteger, Column, Table

from core.db.grants import composed, tables_of

_EVENTS: Final = {
    "all": sql.SQL("INSERT OR UPDATE OR DELETE"),
    "changes": sql.SQL("UPDATE OR DELETE"),
}
AUDIT_TRIGGER: Final = "aorabooks_audit"
AUDIT_CHOICES: Final = frozenset({*_EVENTS, "own", "none"})


def statements(schema: str) -> Iterator[sql.Composed]:
    """What puts the triggers on the tables of a schema, as its models declare them. Repeatable."""
    for table in tables_of(schema):
        yield from (*_touch(table), *_audit(table), *_custom(table))


def _custom(table: Table) -> Iterator[sql.Composed]:
    """With a record go its values in custom fields (core.custom)."""
    names = {
        "trigger": sql.Identifier("aorabooks_custom"),
        "table": sql.Identifier(table.schema or "", table.name),
    }
    yield composed("DROP TRIGGER IF EXISTS {trigger} ON {table}", **names)
    if "version" in table.columns and _has_number(table):
        yield composed(
            "CREATE TRIGGER {trigger} AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone"
            " FOR EACH STATEMENT EXECUTE FUNCTION core.drop_custom_values()",
            **names,
        )


def _has_number(table: Table) -> bool:
    return "id" in table.columns and isinstance(table.columns["id"].type, BigInteger)


def _touch(table: Table) -> Iterator[sql.Composed]:
    names = {
        "trigger": sql.Identifier("aorabooks_touch"),
        "table": sql.Identifier(table.schema or "", table.name),
    }
    yield composed("DROP TRIGGER IF EXISTS {trigger} ON {table}", **names)
    if "version" in table.columns and "updated_at" in table.columns:
        yield composed(
            "CREATE TRIGGER {trigger} BEFORE UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION core.touch_row()",
            **names,
        )


def _audit(table: Table) -> Iterator[sql.Composed]:
    names = {
        "trigger": sql.Identifier(AUDIT_TRIGGER),
        "table": sql.Identifier(table.schema or "", table.name),
    }
    yield composed("DROP TRIGGER IF EXISTS {trigger} ON {table}", **names)
    choice = table.info.get("audit", "all")
    if choice in _EVENTS:
        masked = (column.name for column in table.columns if _is_masked(column))
        yield composed(
            "CREATE TRIGGER {trigger} AFTER {events} ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION core.audit_row({masked})",
            events=_EVENTS[choice],
            masked=sql.SQL(", ").join(sql.Literal(name) for name in masked),
            **names,
        )


def _is_masked(column: Column[Any]) -> bool:
    return bool(column.info.get("secret")) or column.info.get("trail") == "masked"
