"""The control plane's own roles, of which each master key has two: which there are, and dropping
those whose key has gone."""

from __future__ import annotations

import psycopg

from core.kernel import Kernel
from tenants.control import control, control_roles, control_roles_like
from tenants.provisioning.roles import drop_login


def known(admin: psycopg.Connection, database: str) -> list[tuple[str, int]]:
    """Those of all keys, and how many connections each has."""
    return admin.execute(
        "SELECT rolname, (SELECT count(*) FROM pg_stat_activity WHERE usename = rolname)"
        " FROM pg_roles WHERE rolname ~ %s ORDER BY rolname",
        (control_roles_like(database),),
    ).fetchall()


def retire(kernel: Kernel, admin: psycopg.Connection) -> tuple[str, ...]:
    """Drop those of keys that are listed no more, where nobody uses them; the names of these. Each
    process holds a connection as long as it runs, by which it is told of changes."""
    database = control(kernel).runtime.database
    kept = control_roles(kernel.secrets, database)
    gone = [role for role, used in known(admin, database) if role not in kept and not used]
    for role in gone:
        drop_login(admin, role)
    return tuple(gone)
