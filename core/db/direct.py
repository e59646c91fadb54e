"""`fetch_rows`, `fetch_value` and `run_sql`: a statement that is built once and asked every time.

What SQLAlchemy does for a statement each time (looking up its compiled form, describing its result,
events of the session) takes several times what the driver does. Here a statement that a module has
built once is compiled once and sent to the driver as it is: the same connection and transaction,
the same watchers, the same errors. It is for reading columns and writing rows; records come and go
by the session itself. Whoever writes so tells open pages himself (`announce`, `announce_table`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast

from psycopg.rows import namedtuple_row
from sqlalchemy import Dialect, Executable, TextClause
from sqlalchemy.orm import Session

from core.db.sending import send
from core.db.session import attribute, begins_to_read, is_readonly

_KEPT: Final = 1024
"""Statements that are kept compiled: each is built once, by its module."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement for the driver: `given` are the values that it holds itself, `convert` turns
    values of some parameters into what the driver takes."""

    sql: str
    given: Mapping[str, Any]
    convert: Mapping[str, Callable[[Any], Any]]
    reads_records: bool
    writes: bool


def fetch_rows(session: Session, statement: Executable, values: Mapping[str, Any]) -> list[Any]:
    """What a statement finds, or returns of what it writes: named tuples."""
    cursor = _sent(session, statement, values)
    cursor.row_factory = namedtuple_row
    found = cursor.fetchall()
    cursor.close()
    return found


def fetch_value(session: Session, statement: Executable, values: Mapping[str, Any]) -> Any:
    """The first value of the first row; None where there is no row."""
    cursor = _sent(session, statement, values)
    row = cursor.fetchone()
    cursor.close()
    return None if row is None else row[0]


def run_sql(session: Session, statement: Executable, values: Mapping[str, Any]) -> int:
    """Write what a statement says; returns how many rows it wrote."""
    cursor = _sent(session, statement, values)
    written = cursor.rowcount
    cursor.close()
    return written


def _sent(session: Session, statement: Executable, values: Mapping[str, Any]) -> Any:
    connection = session.connection()
    ready = _ready(statement, connection.dialect)
    if ready.reads_records and session.autoflush:
        session.flush()  # as the session does before it reads
    # A text does not say what it does: where the session may write, it bears an author.
    if ready.writes or not (ready.reads_records or is_readonly(session)):
        attribute(session)  # raises where a text writes in a session that only reads
    if ready.given:
        values = {**ready.given, **values}
    if ready.convert:
        changed = {name: convert(values[name]) for name, convert in ready.convert.items()}
        values = {**values, **changed}
    return send(connection, ready.sql, values)


@lru_cache(maxsize=_KEPT)
def _ready(statement: Executable, dialect: Dialect) -> _Ready:
    compiled = cast(Any, statement).compile(dialect=dialect)
    is_text = isinstance(statement, TextClause)
    if compiled.post_compile_params or (statement.is_dml and compiled.prefetch):
        raise TypeError("only a statement whose parameters are all values is sent so")
    given = {
        name: bind.effective_value
        for bind, name in compiled.bind_names.items()
        if not bind.required
    }
    writes = statement.is_dml or (is_text and not begins_to_read(statement))
    reads_records = statement.is_select
    return _Ready(compiled.string, given, dict(compiled._bind_processors), reads_records, writes)
