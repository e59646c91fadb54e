"""PostgreSQL's logical replication from one database into its copy on another server.

A slot keeps what happens from one moment on, and the copy is a dump of that very moment. So the
subscription copies nothing by itself: it begins where the dump ends. Slot, publication,
subscription and the role that follows bear one name, so that what a killed move left is found.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.pq import ExecStatus

from core.tenancy.tenant import DatabaseAddress
from tenants import names
from tenants.moving.tables import Name, Tables
from tenants.provisioning import roles

_SLOT: Final = "SELECT wal_status, active_pid FROM pg_replication_slots WHERE slot_name = %s"
_BEHIND: Final = """
SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint
  FROM pg_replication_slots WHERE slot_name = %s
"""
_REACHED: Final = """
SELECT confirmed_flush_lsn >= %s::pg_lsn FROM pg_replication_slots WHERE slot_name = %s
"""
_HANG_UP: Final = """
SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots
 WHERE slot_name = %s AND active_pid IS NOT NULL
"""


def publish(source: psycopg.Connection, name: str, tables: Tables) -> None:
    """Say which tables are to be followed. One without a key tells whole rows meanwhile."""
    for table in tables.keyless:
        _tell_rows(source, table, "FULL")
    listed = sql.SQL(", ").join(sql.Identifier(*table) for table in tables.kept)
    statement = sql.SQL("CREATE PUBLICATION {} FOR TABLE {}")
    source.execute(statement.format(sql.Identifier(name), listed))


@contextmanager
def new_slot(source: DatabaseAddress, name: str) -> Iterator[str]:
    """Keep what happens from now on. Gives the name under which the moment before can be dumped
    until the block ends; the slot stays."""
    with psycopg.connect(
        **source.conninfo(),
        replication="database",
        autocommit=True,
        connect_timeout=roles.CONNECT_SECONDS,
        application_name="aorabooks-admin",
    ) as connection:
        command = f"CREATE_REPLICATION_SLOT {name} LOGICAL pgoutput (SNAPSHOT 'export')"
        answer = connection.pgconn.exec_(command.encode())
        if answer.status != ExecStatus.TUPLES_OK:
            raise psycopg.OperationalError(answer.error_message.decode(errors="replace").strip())
        snapshot = answer.get_value(0, 2)
        assert snapshot is not None
        yield snapshot.decode()


def make_follower(admin: psycopg.Connection, name: str, database: str) -> str:
    """A role that may do nothing but follow this one database; gives its password."""
    secret = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    role = sql.Identifier(name)
    with admin.transaction():
        make = sql.SQL("CREATE ROLE {} LOGIN REPLICATION CONNECTION LIMIT 4 PASSWORD {}")
        admin.execute(make.format(role, sql.Literal(roles.scram_verifier(secret))))
        grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
        admin.execute(grant.format(sql.Identifier(database), role))
    return secret


def follow(target: psycopg.Connection, name: str, source: DatabaseAddress, secret: str) -> None:
    """Begin to carry over what the slot keeps. Raises where the target cannot reach the source."""
    way = make_conninfo(
        host=source.host,
        port=source.port,
        dbname=source.database,
        user=name,
        password=secret,
        connect_timeout=roles.CONNECT_SECONDS,
        application_name=name,
    )
    statement = sql.SQL(
        "CREATE SUBSCRIPTION {name} CONNECTION {way} PUBLICATION {name} WITH (create_slot = false,"
        " slot_name = {slot}, copy_data = false, disable_on_error = true)"
    )
    parts = {"name": sql.Identifier(name), "way": sql.Literal(way), "slot": sql.Literal(name)}
    target.execute(statement.format(**parts))


def follows(source: psycopg.Connection, target: psycopg.Connection, name: str) -> bool:
    """Whether slot and subscription are both there, and nothing of what happened was lost."""
    slot = source.execute(_SLOT, (name,)).fetchone()
    found = target.execute(
        "SELECT subenabled FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid"
        " WHERE subname = %s AND datname = current_database()",
        (name,),
    ).fetchone()
    return slot is not None and slot[0] not in ("lost", "unreserved") and found is not None


def has_stopped(target: psycopg.Connection, name: str) -> bool:
    """Whether the target gave up because it could not apply a change."""
    asked = "SELECT NOT subenabled FROM pg_subscription WHERE subname = %s"
    row = target.execute(asked, (name,)).fetchone()
    return row is None or row[0]


def switch(target: psycopg.Connection, name: str, way: LiteralString) -> None:
    """`ENABLE` or `DISABLE` it."""
    statement = sql.SQL("ALTER SUBSCRIPTION {} " + way)
    target.execute(statement.format(sql.Identifier(name)))


def behind(source: psycopg.Connection, name: str) -> int:
    """Bytes of the source's log that the target has not yet worked off and kept safe."""
    row = source.execute(_BEHIND, (name,)).fetchone()
    return 0 if row is None or row[0] is None else max(0, row[0])


def position(source: psycopg.Connection) -> str:
    """How far the source's log goes."""
    row = source.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()
    assert row is not None
    return row[0]


def has_reached(source: psycopg.Connection, name: str, place: str) -> bool:
    """Whether the target has everything up to this place, and keeps it safe."""
    row = source.execute(_REACHED, (place, name)).fetchone()
    return row is not None and row[0] is True


def stop_following(target: psycopg.Connection, name: str) -> None:
    """Drop the subscription, without asking the source, which may be gone."""
    found = target.execute(
        "SELECT 1 FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid"
        " WHERE subname = %s AND datname = current_database()",
        (name,),
    ).fetchone()
    if found is None:
        return
    switch(target, name, "DISABLE")
    quoted = sql.Identifier(name)
    target.execute(sql.SQL("ALTER SUBSCRIPTION {} SET (slot_name = NONE)").format(quoted))
    target.execute(sql.SQL("DROP SUBSCRIPTION {}").format(quoted))


def drop_slot(admin: psycopg.Connection, name: str) -> None:
    """Keep what happens no longer: a slot that nobody follows fills the disk."""
    admin.execute(_HANG_UP, (name,))
    admin.execute(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s",
        (name,),
    )


def unpublish(source: psycopg.Connection, name: str, whole: tuple[Name, ...]) -> None:
    """Take the publication back, and let tables tell their rows as before."""
    source.execute(sql.SQL("DROP PUBLICATION IF EXISTS {}").format(sql.Identifier(name)))
    for table in whole:
        _tell_rows(source, table, "DEFAULT")


def slots_of_moves(admin: psycopg.Connection) -> list[str]:
    """Every slot of a move on this server."""
    rows = admin.execute("SELECT slot_name FROM pg_replication_slots").fetchall()
    return [name for (name,) in rows if names.is_move(name)]


def _tell_rows(source: psycopg.Connection, table: Name, how: LiteralString) -> None:
    statement = sql.SQL("ALTER TABLE {} REPLICA IDENTITY " + how)
    source.execute(statement.format(sql.Identifier(*table)))
