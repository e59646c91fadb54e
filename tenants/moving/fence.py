"""Nobody writes to a company's database for a moment, while everybody goes on reading.

Two fences. The outer one tells all processes, which hold back what would write. The inner one is
PostgreSQL's own: a lock on every table that any writer would have to pass. Whoever had begun to
write has committed when it is taken, and whoever comes later waits. What is copied behind it is
complete.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import psycopg
import structlog
from psycopg import sql
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import func, update

from core.errors import AppError
from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress
from tenants.control import control
from tenants.models import Organization
from tenants.moving.tables import Name
from tenants.provisioning import roles

LEASE: Final = timedelta(seconds=20)
"""For which the processes hold writers back without hearing again of it: a killed move is nobody's
loss."""
_SETTLE: Final = 0.3
"""Seconds after which every process has heard."""
_WAIT: Final = "900ms"
"""How long the inner fence waits for one writer, who keeps others waiting meanwhile. Less than the
second after which PostgreSQL looks for deadlocks."""
_GOODBYE_MS: Final = 5000

log = structlog.get_logger(__name__)


class Busy(Exception):
    """Somebody writes for long just now."""


class Outer:
    """The outer fence, put up until the block ends or it is `left` standing."""

    def __init__(self, kernel: Kernel, organization_id: str) -> None:
        self._kernel, self._id = kernel, organization_id
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="fence", daemon=True)

    def __enter__(self) -> Outer:
        hold(self._kernel, self._id, LEASE)
        self._thread.start()
        time.sleep(_SETTLE)
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()
        try:
            hold(self._kernel, self._id, None)
        except AppError as error:  # it ends by itself
            log.warning("writers are held back a little longer", reason=error.message)

    def leave(self) -> None:
        """Say no more that it stands; it stands for the rest of its lease."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _keep(self) -> None:
        while not self._ended.wait(LEASE.total_seconds() / 4):
            try:
                hold(self._kernel, self._id, LEASE)
            except Exception as error:
                log.warning("fence not renewed", reason=str(error))


def hold(kernel: Kernel, organization_id: str, lease: timedelta | None) -> None:
    """Let the processes hold writers back for so long, or no more."""
    until = None if lease is None else func.clock_timestamp() + lease
    mine = update(Organization).where(Organization.id == organization_id)
    if lease is None:
        mine = mine.where(Organization.held_until.is_not(None))
    with kernel.session(control(kernel)) as session:
        session.execute(mine.values(held_until=until))
    kernel.directory.forget(organization_id)


@contextmanager
def inner(source: DatabaseAddress, tables: tuple[Name, ...]) -> Iterator[psycopg.Connection]:
    """The inner fence, at an administrator's address of the database, until the block ends. Raises
    Busy where somebody writes for too long. As long as the connection answers, it stood."""
    with roles.connect_as_admin(source) as connection:
        connection.execute(f"SET lock_timeout = '{_WAIT}'")
        listed = sql.SQL(", ").join(sql.Identifier(*name) for name in tables)
        with connection.transaction(force_rollback=True):
            try:
                connection.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(listed))
            except (LockNotAvailable, DeadlockDetected) as error:
                raise Busy from error
            yield connection


def close(admin: psycopg.Connection, database: str, but: psycopg.Connection) -> None:
    """Let nobody in any more, and send away who is there, but this one. Raises where the inner
    fence, which is its, has not stood until now."""
    closed = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false")
    admin.execute(closed.format(sql.Identifier(database)))
    send_away(admin, database, but=but.info.backend_pid)
    but.execute("SELECT 1")


def send_away(admin: psycopg.Connection, database: str, *, but: int = 0) -> None:
    """End every connection to a database, but the one of this number."""
    admin.execute(
        "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity"
        " WHERE datname = %s AND pid <> %s AND backend_type IN"
        " ('client backend', 'logical replication apply worker')",
        (_GOODBYE_MS, database, but),
    )


def reopen(admin: psycopg.Connection, database: str) -> None:
    """Let people in again, where a move was killed just before its end."""
    statement = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true")
    if roles.database_exists(admin, database):
        admin.execute(statement.format(sql.Identifier(database)))
