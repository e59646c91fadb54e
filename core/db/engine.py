"""The one SQLAlchemy engine of a process: a dialect and a statement cache, and no way in.

The engine cannot open a connection by itself, so there is no default database to fall back
on: every connection it works with was leased from the broker for a named tenant.
"""

from __future__ import annotations

import threading
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from core.db.broker import ConnectionBroker
from core.db.lease import Lease
from core.db.slow import SECONDS, Listener, watcher
from core.tenancy.tenant import DatabaseAddress
from core.tracing.current import Note, note_statement


def _no_default() -> Any:
    raise RuntimeError("no tenant named: connections come from the broker")


def _dumps(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


class TenantEngine:
    """Turns a leased connection into a SQLAlchemy `Connection`; one per process."""

    def __init__(self, broker: ConnectionBroker) -> None:
        self.broker = broker
        self._engine: Engine = create_engine(
            "postgresql+psycopg://",
            creator=_no_default,
            poolclass=NullPool,
            query_cache_size=2000,
            # Errors reach the log, and parameters hold what people type.
            hide_parameters=True,
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
        )
        self._note: Note | None = None
        self._initialized = False
        self._lock = threading.Lock()

    def watch_slow(self, listener: Listener, *, seconds: float = SECONDS) -> None:
        """Tell the listener of statements that take that long, with whom they were for."""
        self._note = watcher(listener, seconds=seconds)

    def trace(self) -> None:
        """Enter each statement with the span that its thread works within, too."""
        before = self._note

        def note(sql: object, seconds: float, failed: bool) -> None:
            note_statement(sql, seconds, failed)
            if before is not None:
                before(sql, seconds, failed)

        self._note = note

    def connect(
        self, address: DatabaseAddress, *, keep: bool = True, autocommit: bool = False
    ) -> Connection:
        """A connection for this address; the caller closes it, which returns it to the broker.

        With `keep` off it is closed for good instead (owner roles, which are used rarely).
        Raises core.errors.Unavailable when the budget stays used up for the whole wait.
        """
        held = self.broker.checkout(address)
        if held.connection.autocommit != autocommit:
            held.connection.autocommit = autocommit
        lease = Lease(self.broker, held, keep=keep, note=self._note)
        # Never reconnect in silence: a lost connection ends the transaction it served.
        connection = Connection(self._engine, lease, _allow_revalidate=False)
        if not self._initialized:
            self._initialize(connection)
        return connection

    def _initialize(self, connection: Connection) -> None:
        """Let the dialect learn the server's version, which the engine's own pool would do."""
        with self._lock:
            if not self._initialized:
                self._engine.dialect.initialize(connection)
                connection.rollback()
                self._initialized = True
