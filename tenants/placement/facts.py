"""What a database server says of itself: whether it will do, and how it is."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Final

import psycopg

from core.errors import Conflict
from core.i18n import phrase

OLDEST_SERVER: Final = 160_000
_SETTINGS: Final = """
SELECT current_setting('max_connections')::int, current_setting('wal_level'),
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
"""
_RIGHTS: Final = """
SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication,
       pg_has_role('pg_create_subscription', 'USAGE'), pg_has_role('pg_read_all_settings', 'USAGE')
  FROM pg_roles WHERE rolname = current_user
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """`replicates`: its administrator may send changes; `takes_changes`: may have others' applied.
    `free_disk` in bytes, where this machine sees its disk."""

    postgresql: str
    connections: int
    max_connections: int
    free_disk: int | None
    wal_level: str
    replicates: bool
    takes_changes: bool
    problem: str = ""

    @property
    def sends_changes(self) -> bool:
        """Whether another server can follow its databases while people work in them."""
        return self.wal_level == "logical" and self.replicates


def facts_of(admin: psycopg.Connection) -> Facts:
    """What the server says to its administrator."""
    settings, rights = admin.execute(_SETTINGS).fetchone(), admin.execute(_RIGHTS).fetchone()
    assert settings is not None
    assert rights is not None
    allowed, wal_level, used = settings
    is_super, makes_databases, makes_roles, replicates, subscribes, reads = rights
    return Facts(
        postgresql=admin.info.parameter_status("server_version") or "",
        connections=used,
        max_connections=allowed,
        free_disk=_free_disk(admin) if is_super or reads else None,
        wal_level=wal_level,
        replicates=is_super or replicates,
        takes_changes=is_super or subscribes,
        problem=_problem(admin, may=is_super or (makes_databases and makes_roles)),
    )


def require_fit(facts: Facts) -> None:
    """Raise Conflict where a server cannot hold organizations."""
    if facts.problem:
        raise Conflict(phrase("This server will not do: {why}", why=facts.problem))


def _problem(admin: psycopg.Connection, *, may: bool) -> str:
    version = admin.info.server_version
    if version < OLDEST_SERVER:
        return phrase("PostgreSQL {version} is too old, 16 is needed", version=version // 10_000)
    if not may:
        user = admin.info.user
        return phrase(
            'the role {user} may not create databases and roles: ALTER ROLE "{user}" CREATEDB'
            " CREATEROLE",
            user=user,
        )
    return ""


def _free_disk(admin: psycopg.Connection) -> int | None:
    """Only of a server on this machine can its disk be seen."""
    if not admin.info.host.startswith("/") and admin.info.host not in ("localhost", "127.0.0.1"):
        return None
    row = admin.execute("SELECT current_setting('data_directory')").fetchone()
    try:
        return shutil.disk_usage(row[0]).free if row else None
    except OSError:
        return None
