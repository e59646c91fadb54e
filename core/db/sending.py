"""Sends a statement to the driver as it is, and lets whoever watches statements see it.

SQLAlchemy's own work on a statement of text costs several times what the driver does for it. This
is for the few statements that every sale asks, time and again: the same connection, transaction,
events and errors, and nothing between.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def send(connection: Connection, statement: str, values: Mapping[str, Any]) -> Any:
    """Run a statement with `%(name)s` for its values; returns the driver's cursor. Raises what
    SQLAlchemy raises: DBAPIError of the kind that the driver's error is."""
    cursor = connection.connection.cursor()
    event = (connection, cursor, statement, values, None, False)
    connection.dispatch.before_cursor_execute(*event)
    try:
        cursor.execute(statement, values)
    except psycopg.Error as error:
        raise _as_sqlalchemy(connection, error, statement) from error
    connection.dispatch.after_cursor_execute(*event)
    return cursor


def _as_sqlalchemy(connection: Connection, error: psycopg.Error, statement: str) -> Exception:
    lost = connection.dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        statement,
        None,
        error,
        psycopg.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=connection.dialect,
    )  # type: ignore[return-value]
