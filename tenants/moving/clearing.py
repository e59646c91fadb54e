"""Takes away what a move has made: of one that was cancelled or failed, of one that was killed, and
of one that has arrived."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import sql

from core.errors import Conflict
from core.i18n import phrase
from core.kernel import Kernel
from tenants import names
from tenants.move_models import Move
from tenants.moving import fence, replication, tables
from tenants.provisioning import roles, servers, standby
from tenants.provisioning.templates import advisory_lock

_SUBSCRIBED: Final = """
SELECT d.datname FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid
 WHERE s.subname = %s
"""


def undo(kernel: Kernel, move: Move) -> None:
    """Leave nothing of it on either server, and the organization where it was, open. Raises
    Conflict where it is at its new place already."""
    if move.organization.server_id != move.from_server_id:
        raise Conflict(phrase("The organization is at its new place already."))
    with servers.connect(move.from_server, kernel.secrets) as admin:
        fence.reopen(admin, names.database_name(move.organization_id))
        leave_source(kernel, move, admin)
    name = names.moving_name(move.organization_id)
    with servers.connect(move.to_server, kernel.secrets) as admin, advisory_lock(admin, name):
        drop_copy(kernel, move, admin)


def leave_source(kernel: Kernel, move: Move, admin: psycopg.Connection) -> None:
    """Take slot, publication and role away from the server that it is moved from."""
    name = names.moving_name(move.organization_id)
    replication.drop_slot(admin, name)
    database = names.database_name(move.organization_id)
    if _may_be_entered(admin, database):
        inside = servers.admin_address(move.from_server, kernel.secrets, database)
        with roles.connect_as_admin(inside) as source:
            replication.unpublish(source, name, tables.tables_of(source).whole)
    roles.drop_login(admin, name)


def drop_copy(kernel: Kernel, move: Move, admin: psycopg.Connection) -> None:
    """Drop the copy, under whichever of its names, on the server that the organization is not yet
    on."""
    name, database = (
        names.moving_name(move.organization_id),
        names.database_name(move.organization_id),
    )
    end_subscription(kernel, move, admin)
    for each in (name, database):
        standby.drop(admin, each)
    for role in (*roles.roles_of(admin, database), *names.template_role_names(name)):
        roles.drop_login(admin, role)


def end_subscription(kernel: Kernel, move: Move, admin: psycopg.Connection) -> None:
    """Drop it in whichever database of this server it is: one that has it cannot be dropped."""
    name = names.moving_name(move.organization_id)
    for (database,) in admin.execute(_SUBSCRIBED, (name,)).fetchall():
        with inside(kernel, move, admin, database) as target:
            replication.stop_following(target, name)


@contextmanager
def inside(
    kernel: Kernel, move: Move, admin: psycopg.Connection, database: str
) -> Iterator[psycopg.Connection]:
    """The administrator in a database of the target, where nobody can enter it otherwise."""
    fence.reopen(admin, database)
    address = servers.admin_address(move.to_server, kernel.secrets, database)
    with roles.connect_as_admin(address) as target:
        yield target


def put_aside(kernel: Kernel, move: Move, admin: psycopg.Connection) -> None:
    """Keep the old database closed under another name, with nobody's role on it."""
    database, kept = names.database_name(move.organization_id), names.moved_name(move.id)
    kernel.engine.broker.forget(database)
    if roles.database_exists(admin, database):
        closed = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false")
        admin.execute(closed.format(sql.Identifier(database)))
        fence.send_away(admin, database)
        standby.rename(admin, database, kept)
    for role in roles.roles_of(admin, database):
        roles.drop_login(admin, role)


def forget_old(kernel: Kernel, move: Move) -> None:
    """Drop the old database, which was kept for long enough."""
    with servers.connect(move.from_server, kernel.secrets) as admin:
        standby.drop(admin, names.moved_name(move.id))


def _may_be_entered(admin: psycopg.Connection, database: str) -> bool:
    asked = "SELECT datallowconn FROM pg_database WHERE datname = %s"
    return admin.execute(asked, (database,)).fetchone() == (True,)
