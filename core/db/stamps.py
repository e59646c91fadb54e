"""Stamps of tables that hardly ever change: by them a session knows whether what was read of a
table once still holds.

A model says `"stamped": True` in its table options. A statement trigger of the database then puts a
new random stamp in the place of the old one, in the very transaction that changes the table, and
tells that transaction by a notice. So two observations of the same stamp have seen the same rows,
however the rows came there; docs/decisions/0054 says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.errors import Diagnostic
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction

from core.db.grants import composed, execute_all, tables_of
from core.db.session import ask, ask_along

STAMPED: Final = "stamped"
"""The table option by which a model asks for stamps."""
STAMP_TRIGGER: Final = "aorabooks_stamp"
CHANGED_STATE: Final = "AB001"
"""The SQLSTATE of the notice by which the trigger tells of a change."""

_STAMPS: Final = "aorabooks.stamps"
_CHANGES: Final = "aorabooks.changes_of_stamped_tables"
_QUESTION: Final = (
    "(SELECT string_agg(table_name || ' ' || stamp::text, ',') FROM core.table_stamp)"
)
"""One text, as it comes: every transaction asks, and grouping it costs PostgreSQL most."""

Stamps = tuple[str, ...]
Changes = tuple[int, ...]


def attach(connection: Connection, schema: str) -> None:
    """Put the trigger on the stamped tables of a schema, and give each a new stamp. Repeatable:
    whatever a migration did to a table, what was read before is no longer held to be true."""
    execute_all(connection, statements(schema))


def statements(schema: str) -> Iterator[sql.Composed]:
    """What `attach` does."""
    yield _forgetting(schema)
    for table in tables_of(schema):
        if not table.info.get(STAMPED):
            continue
        names = {
            "trigger": sql.Identifier(STAMP_TRIGGER),
            "table": sql.Identifier(schema, table.name),
            "name": sql.Literal(table.fullname),
        }
        yield composed("DROP TRIGGER IF EXISTS {trigger} ON {table}", **names)
        yield composed(
            "CREATE TRIGGER {trigger} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION core.stamp_table()",
            **names,
        )
        yield composed("INSERT INTO core.table_stamp (table_name) VALUES ({name})", **names)


def forget(connection: Connection, schema: str) -> None:
    """Take away the stamps of a schema's tables, so that nothing read of them is kept."""
    execute_all(connection, [_forgetting(schema)])


def _forgetting(schema: str) -> sql.Composed:
    return composed(
        "DELETE FROM core.table_stamp WHERE split_part(table_name, '.', 1) = {schema}",
        schema=sql.Literal(schema),
    )


@contextmanager
def noticing_changes(session: Session) -> Iterator[None]:
    """Count what the session's own transaction does to each stamped table."""
    connection = session.connection().connection.driver_connection
    own: Counter[str] = session.info.setdefault(_CHANGES, Counter())

    def note(notice: Diagnostic) -> None:
        if notice.sqlstate == CHANGED_STATE and notice.message_primary:
            own[notice.message_primary] += 1

    assert isinstance(connection, psycopg.Connection)
    connection.add_notice_handler(note)
    ask_along(session, _QUESTION, _keep_seen)
    try:
        yield
    finally:
        connection.remove_notice_handler(note)


@event.listens_for(Session, "after_soft_rollback")
def _note_rollback(session: Session, _: SessionTransaction) -> None:
    """What a savepoint takes back has changed once more."""
    own: Counter[str] = session.info.get(_CHANGES, Counter())
    own.update(own.keys())


@event.listens_for(Session, "after_transaction_end")
def _forget_changes(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None and _CHANGES in session.info:
        session.info[_CHANGES].clear()


def own_changes(session: Session, tables: Collection[str]) -> Changes:
    """How often this transaction has changed these tables so far; empty if it has not."""
    own: Counter[str] = session.info[_CHANGES]
    return () if own.keys().isdisjoint(tables) else tuple([own[table] for table in tables])


def stamps_of(session: Session, tables: Collection[str]) -> Stamps | None:
    """The stamps of these tables as this transaction first saw them; None where one of them has no
    stamp, as before its addon is upgraded. They tell nothing of what it has changed itself."""
    return _of(_first_seen(session), tables)


def stamps_now(session: Session, tables: Collection[str]) -> Stamps | None:
    """The same, as they are at this moment."""
    return _of(_by_table(ask(session, _QUESTION)), tables)


def _of(stamps: Mapping[str, str], tables: Collection[str]) -> Stamps | None:
    try:
        return tuple([stamps[table] for table in tables])
    except KeyError:
        return None


def _by_table(answer: str | None) -> dict[str, str]:
    """The stamps of each table; of one that several changed at the same time, all in one order."""
    stamps: dict[str, str] = {}
    for one in sorted(answer.split(",")) if answer else ():
        table, _, stamp = one.partition(" ")
        stamps[table] = f"{stamps[table]} {stamp}" if table in stamps else stamp
    return stamps


def _first_seen(session: Session) -> Mapping[str, str]:
    if not _has_seen(session):
        _keep_seen(session, ask(session, _QUESTION))
    return session.info[_STAMPS][1]


def _has_seen(session: Session) -> bool:
    known: tuple[Any, Any] | None = session.info.get(_STAMPS)
    return known is not None and known[0] is session.get_transaction()


def _keep_seen(session: Session, answer: str | None) -> None:
    """The first look counts, also where the transaction has to say again who is acting."""
    if not _has_seen(session):
        session.info[_STAMPS] = (session.get_transaction(), _by_table(answer))
