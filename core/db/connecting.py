"""A connection to a database: opened with its settings, verified, reset after use."""

from __future__ import annotations

import select
from typing import TypeVar

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

from core.tenancy.tenant import DatabaseAddress

_RESET = (
    b"RESET SESSION AUTHORIZATION; RESET ALL; CLOSE ALL; UNLISTEN *;"
    b" SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES"
)
"""DISCARD ALL less its plans, in one round trip: psycopg keeps its prepared statements, which
hold no data and never leave the role that prepared them."""

_CONNECT_SECONDS = 10
_NOT_AT_LOG_IN = "unsupported startup parameter"
"""How PgBouncer refuses settings."""
_PREPARED = 250
"""Statements that a connection keeps prepared, some 35 KB of the server's memory each. A whole sale
has eighty; where pages in between push them out, each is parsed and planned anew, which doubles
what the sale costs the server."""

Opened = TypeVar("Opened", bound=psycopg.Connection)


class Pooled(psycopg.Connection):
    """A connection through a pooler that takes no settings at log-in: they are set by statement,
    and again after each reset."""

    settings = b""


def connect(address: DatabaseAddress) -> psycopg.Connection:
    """Open a connection with the settings that `RESET ALL` returns to.

    The time-outs bound what one tenant's runaway statement can hold up. The search path is the one
    that guards and triggers set for themselves: PostgreSQL keeps the plan of a foreign key's check
    once for all callers, and makes it anew whenever the next one comes by another path.
    """
    settings = {
        "timezone": "UTC",
        "statement_timeout": f"{address.statement_seconds}s",
        "idle_in_transaction_session_timeout": "60s",
        "lock_timeout": "15s",
        "search_path": "pg_catalog,pg_temp",
        "client_min_messages": "notice",  # core.db.stamps listens to notices
    }
    try:
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        connection = _open(psycopg.Connection, address, options=options)
    except psycopg.OperationalError as error:
        if _NOT_AT_LOG_IN not in str(error):
            raise
        connection = _open(Pooled, address)
        sets = "; ".join(f"SET {name} TO {value!r}" for name, value in settings.items())
        # A list of schemas in quotes would be the name of one.
        connection.settings = sets.replace("'pg_catalog,pg_temp'", "pg_catalog, pg_temp").encode()
        connection.execute(connection.settings)
        connection.commit()
    connection.prepared_max = _PREPARED
    return connection


def _open(kind: type[Opened], address: DatabaseAddress, options: str = "") -> Opened:
    # Where there are none, they are not even named: a pooler would refuse them.
    named = {"options": options} if options else {}
    conninfo = make_conninfo("", **address.conninfo(), **named)
    return kind.connect(
        conninfo,
        connect_timeout=_CONNECT_SECONDS,
        application_name="aorabooks",
        # A server that vanished without a word is noticed, and not waited for until TCP gives up.
        keepalives_idle=10,
        keepalives_interval=3,
        keepalives_count=3,
        tcp_user_timeout=15_000,
    )


def verify(connection: psycopg.Connection, address: DatabaseAddress) -> None:
    """Refuse a connection that is not to the database and role it is about to serve."""
    info = connection.info
    if info.dbname != address.database or info.user != address.user:
        raise RuntimeError(
            f"connection of {info.user} to {info.dbname} offered for {address.database}"
        )


def send_reset(connection: psycopg.Connection) -> bool:
    """End the transaction and ask for everything session-level to be undone; False if that
    cannot be done. The server works on it while nobody waits."""
    try:
        if connection.info.transaction_status != TransactionStatus.IDLE:
            connection.rollback()
        again = b"; " + connection.settings if isinstance(connection, Pooled) else b""
        connection.pgconn.send_query(_RESET + again)
    except psycopg.Error:
        return False
    return True


def confirm_reset(connection: psycopg.Connection) -> bool:
    """Whether the server has done all that `send_reset` asked, and still holds its end.

    After the answers an idle connection has nothing more to read; readable means that the
    server hung up, or is about to say why.
    """
    pgconn = connection.pgconn
    try:
        while (result := pgconn.get_result()) is not None:
            if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
                return False
        if pgconn.status != ConnStatus.OK:
            return False
        poll = select.poll()
        poll.register(pgconn.socket, select.POLLIN)
        return not poll.poll(0)
    except psycopg.Error:
        return False
