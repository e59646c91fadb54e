"""One connection of this process to the control plane's database, for statements of its own.

It is not the broker's. A request that holds a tenant's connection writes here before it
commits; if it had to wait for a second connection of the same budget, requests that wait for
each other could use the budget up.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any, Final, LiteralString

import psycopg

from core.db.connecting import connect
from core.tenancy.tenant import DatabaseAddress
from core.tracing.current import note_statement

_PAUSE: Final = 2.0
"""Seconds during which a database that could not be reached is not tried again."""


class ControlConnection:
    """Short statements, each its own transaction; connects when first used. Thread-safe."""

    def __init__(self, address: DatabaseAddress) -> None:
        self._address = address
        self._connection: psycopg.Connection | None = None
        self._lock = threading.Lock()
        self._paused_until = 0.0

    def run(
        self, statement: LiteralString, values: Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        """The rows of a statement; once more on a new connection if the old one was lost.

        So the statement must be one that does no harm when it runs twice.
        """
        with self._lock:
            try:
                return self._run(statement, values)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                if self._connection is None or not self._connection.broken:
                    raise
                self._drop()
                return self._run(statement, values)

    def open(self) -> psycopg.Connection:
        """A connection of the caller's own, for a transaction; the caller closes it."""
        return connect(self._address)

    def close(self) -> None:
        """Hang up; the next statement connects again."""
        with self._lock:
            self._drop()

    def _run(
        self, statement: LiteralString, values: Mapping[str, Any] | None
    ) -> list[tuple[Any, ...]]:
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
        began, failed = time.perf_counter(), True
        try:
            cursor = self._connection.execute(statement, values)
            failed = False
        finally:
            note_statement(statement, time.perf_counter() - began, failed)
        return cursor.fetchall() if cursor.description else []

    def _connect(self) -> psycopg.Connection:
        if time.monotonic() < self._paused_until:
            raise psycopg.OperationalError("the control plane's database was just out of reach")
        try:
            connection = connect(self._address)
        except psycopg.OperationalError:
            self._paused_until = time.monotonic() + _PAUSE
            raise
        connection.autocommit = True
        return connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
