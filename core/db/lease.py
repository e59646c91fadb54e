"""A broker's connection in the shape that SQLAlchemy works with.

SQLAlchemy's Connection takes any `PoolProxiedConnection`. Ours returns to the broker instead
of a pool, so that one engine (one dialect, one statement cache) serves every tenant without
the engine ever knowing how to open a connection itself.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

import psycopg
from psycopg.errors import AdminShutdown
from psycopg.pq import TransactionStatus
from sqlalchemy.pool import PoolProxiedConnection

from core.db.broker import ConnectionBroker, Held
from core.db.cursor import Cursor
from core.tracing.current import Note


class CommitLost(psycopg.OperationalError):
    """The connection was lost while the transaction was committed: nobody knows whether it was."""


class Lease(PoolProxiedConnection):
    """One checkout: given back exactly once, by `close` or `invalidate`. `note` is told of each
    statement, and of the commit."""

    def __init__(
        self,
        broker: ConnectionBroker,
        held: Held,
        *,
        keep: bool = True,
        note: Note | None = None,
    ) -> None:
        self._broker = broker
        self._held: Held | None = held
        self._keep = keep
        self._note = note
        self._info: dict[Any, Any] = {}

    @property
    def dbapi_connection(self) -> psycopg.Connection | None:  # type: ignore[override]
        return None if self._held is None else self._held.connection

    @property
    def driver_connection(self) -> psycopg.Connection | None:  # type: ignore[override]
        return self.dbapi_connection

    @property
    def is_valid(self) -> bool:
        return self._held is not None

    @property
    def is_detached(self) -> bool:
        return False

    @property
    def info(self) -> dict[Any, Any]:
        return self._info

    @property
    def record_info(self) -> dict[Any, Any]:
        return self._info

    def detach(self) -> None:
        raise RuntimeError("a leased connection cannot be detached: it counts in the budget")

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        if args or kwargs:  # one that the server keeps
            return self._connection().cursor(*args, **kwargs)
        return Cursor(self._connection(), self._note)

    def commit(self) -> None:
        connection = self._connection()
        if self._note is None or connection.pgconn.transaction_status == TransactionStatus.IDLE:
            _commit(connection)
            return
        began, failed = perf_counter(), True
        try:
            _commit(connection)
            failed = False
        finally:
            self._note("COMMIT", perf_counter() - began, failed)

    def rollback(self) -> None:
        self._connection().rollback()

    def close(self) -> None:
        self._end(keep=self._keep)

    def invalidate(self, e: BaseException | None = None, soft: bool = False) -> None:
        self._end(keep=False)

    def _close_special(self, *, transaction_reset: bool = False) -> None:
        # Connection.close() calls this on SQLAlchemy's own proxy after it ended the transaction.
        self.close()

    def _connection(self) -> psycopg.Connection:
        if self._held is None:
            raise psycopg.InterfaceError("the lease on this connection has ended")
        return self._held.connection

    def __getattr__(self, name: str) -> Any:
        # The dialect reads driver attributes (autocommit, info, adapters) through the proxy.
        return getattr(self._connection(), name)

    def _end(self, *, keep: bool) -> None:
        held, self._held = self._held, None
        if held is not None:
            self._broker.give_back(held, keep=keep)


def _commit(connection: psycopg.Connection) -> None:
    try:
        connection.commit()
    except AdminShutdown:
        raise  # PostgreSQL says so instead of committing, and not after it
    except psycopg.OperationalError as error:
        if not connection.closed:
            raise
        raise CommitLost(str(error)) from error
