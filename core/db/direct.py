"""`fetch_rows`, `fetch_value` and `run_sql`: a statement that is built once and asked every time.

What SQLAlchemy does for a statement each time (looking up its compiled form, describing its result,
events of the session) takes several times what the driver does. Here a statement that a module has
built once is compiled once and sent to the driver as it is: the same connection and transaction,
the same watchers, the same errors. It is for reading columns and writing rows; records come and go
by the session itself. Whoever writes so tells open pages himself (`announce`, `announce_table`).
"""

from __future__ import annotations

import re
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
_ANY: Final = re.compile(
    r"= any ?\((?:cast\()?%\((?P<name>\w+)\)s(?:::| as )(?P<type>\w+)\[\]\)?\)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement for the driver: `given` are the values that it holds itself, `convert` turns
    values of some parameters into what the driver takes. `sql_of_one` asks for one value where
    `sql` asks for any of the values of the lists `listed`."""

    sql: str
    sql_of_one: str
    listed: tuple[str, ...]
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
    if ready.listed and all(_is_one(values[name]) for name in ready.listed):
        # PostgreSQL plans "any of a list" anew each time, since a list may be long; one value it
        # plans once. Most lists are of one.
        values = {**values, **{name: values[name][0] for name in ready.listed}}
        return send(connection, ready.sql_of_one, values)
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
    convert = dict(compiled._bind_processors)
    listed = tuple([name for name in _listed(compiled.string) if name not in {**given, **convert}])
    of_one = _ANY.sub(
        lambda found: _as_one(found) if found["name"] in listed else found[0], compiled.string
    )
    return _Ready(compiled.string, of_one, listed, given, convert, reads_records, writes)


def _is_one(value: Any) -> bool:
    return type(value) is list and len(value) == 1


def _listed(sql: str) -> list[str]:
    """The parameters that are lists and nothing but lists that a value is looked for in."""
    found = [one["name"] for one in _ANY.finditer(sql)]
    return [name for name in dict.fromkeys(found) if sql.count(f"%({name})s") == found.count(name)]


def _as_one(found: re.Match[str]) -> str:
    return f"= CAST(%({found['name']})s AS {found['type']})"
