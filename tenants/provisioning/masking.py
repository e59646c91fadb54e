"""Replaces what tells who people are in a copy that is there to try things in.

A column says what it holds: `info={"personal": "email"}`, or "" for nothing personal. One that says
nothing is judged by its name, so that an addon that follows the usual names is masked without
knowing of this. What is worked out from other columns says how, by an expression over the row as
it was masked: `info={"masked_as": "lower(name)"}`. The same value becomes the same replacement
everywhere, by a key that is thrown away: a copy stays consistent, and nobody can calculate back.

Posted entries, signed documents and events keep their words, since their hashes are over these.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import Column, String, Table

from core.db.base import Model

BY_NAME: Final[Mapping[str, str]] = {
    **dict.fromkeys(("contact_name", "partner_name", "holder_name", "user_name"), "name"),
    **dict.fromkeys(("email", "holder_email", "report_email", "email_key"), "email"),
    **dict.fromkeys(("phone", "mobile"), "phone"),
    **dict.fromkeys(("tax_number", "iban"), "number"),
    **dict.fromkeys(("street", "additional_street", "short_address", "city"), "place"),
    **dict.fromkeys(("note", "comment", "long_text"), "text"),
}
"""What columns of these names hold, unless they say otherwise."""
_REPLACED: Final[Mapping[str, LiteralString]] = {
    "name": "'Name ' || {hash}",
    "email": "{hash} || '@example.invalid'",
    "phone": "'+999' || translate({hash}, 'abcdef', '123456')",
    "number": "'X' || upper({hash})",
    "place": "'Place ' || {hash}",
    "text": "''",
}
_HASH: Final = "left(encode(sha256(convert_to({key} || lower({column}), 'UTF8')), 'hex'), 12)"
_EMPTIED: Final = (
    *("core.audit_log", "core.conversation_entry", "core.conversation_notice"),
    *("core.form_draft", "core.kept_answer", "core.imported_record", "core.data_import"),
    *("core.printed_copy", "core.print_run", "core.webhook_delivery"),
)
"""Tables of the kernel that repeat what stands elsewhere, as it was typed."""
_TRIGGERS: Final = """
SELECT n.nspname, c.relname, t.tgname
  FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND t.tgparentid = 0
 ORDER BY 1, 2, 3
"""


@contextmanager
def triggers_silent(connection: psycopg.Connection) -> Iterator[None]:
    """Neither guards nor the audit trail hear of what the block does; foreign keys do."""
    found = connection.execute(_TRIGGERS).fetchall()
    _switch(connection, found, "DISABLE")
    yield
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _switch(connection, found, "ENABLE")


def mask(connection: psycopg.Connection) -> None:
    """Replace it in every table that is there, in the transaction of the connection."""
    key = secrets.token_hex(16)
    for table in Model.metadata.sorted_tables:
        if not _is_there(connection, table):
            continue
        if table.fullname in _EMPTIED:
            name = sql.Identifier(table.schema or "", table.name)
            connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(name))
        elif not table.info.get("view"):
            _mask_table(connection, table, key)


def kind_of(column: Column[Any]) -> str:
    """What the column tells of people: name, email, phone, number, place, text; "" for nothing."""
    said = "" if "masked_as" in column.info else column.info.get("personal")
    if said is None:
        said = BY_NAME.get(column.name, "")
    is_text = isinstance(column.type, String) and column.computed is None
    return said if is_text else ""


def _mask_table(connection: psycopg.Connection, table: Table, key: str) -> None:
    changes = [
        _replacement(column, kind, key) for column in table.columns if (kind := kind_of(column))
    ]
    followed = [
        sql.SQL("{} = {}").format(sql.Identifier(column.name), sql.SQL(column.info["masked_as"]))
        for column in table.columns
        if "masked_as" in column.info
    ]
    name = sql.Identifier(table.schema or "", table.name)
    for assignments in filter(None, (changes, followed)):
        listed = sql.SQL(", ").join(assignments)
        connection.execute(sql.SQL("UPDATE {} SET {}").format(name, listed))


def _replacement(column: Column[Any], kind: str, key: str) -> sql.Composed:
    """What is empty stays so."""
    name = sql.Identifier(column.name)
    hashed = sql.SQL(_HASH).format(key=sql.Literal(key), column=name)
    replaced = sql.SQL(_REPLACED[kind]).format(hash=hashed)
    statement = "{column} = CASE WHEN {column} <> '' THEN {replaced} ELSE {column} END"
    return sql.SQL(statement).format(column=name, replaced=replaced)


def _is_there(connection: psycopg.Connection, table: Table) -> bool:
    row = connection.execute("SELECT to_regclass(%s)", (table.fullname,)).fetchone()
    return row is not None and row[0] is not None


def _switch(
    connection: psycopg.Connection, triggers: list[tuple[str, str, str]], verb: LiteralString
) -> None:
    for schema, table, trigger in triggers:
        statement = sql.SQL("ALTER TABLE {} " + verb + " TRIGGER {}").format(
            sql.Identifier(schema, table), sql.Identifier(trigger)
        )
        connection.execute(statement)
