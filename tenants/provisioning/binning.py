"""The bin: a database that is kept for a while, renamed, closed, and without roles.

Each step asks the server what is there already, so that a killed one is finished by any other.
"""

from __future__ import annotations

from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from core.errors import Unavailable
from core.i18n import phrase
from core.kernel import Kernel
from tenants import names
from tenants.control import control
from tenants.life_models import Binned
from tenants.models import DatabaseServer, Organization
from tenants.provisioning import remove, roles, servers, standby
from tenants.provisioning.create import logins
from tenants.provisioning.templates import Progress, advisory_lock, quiet

_GOODBYE_MS: Final = 5000
"""How long a connection that is ended may take to go."""


def put_away(
    kernel: Kernel,
    organization: Organization,
    server: DatabaseServer,
    progress: Progress = quiet,
) -> None:
    """Do what is missing for an organization whose status is `binning`. Its sample company, which
    holds nothing real, is erased."""
    remove.remove_sample(kernel, organization)
    database, kept = organization.database_name, names.bin_name(organization.id)
    kernel.engine.broker.forget(database)
    with servers.connect(server, kernel.secrets) as admin, advisory_lock(admin, database):
        if status_of(kernel, organization.id) != "binning":
            return
        progress(phrase("Closing the database"))
        if roles.database_exists(admin, database):
            _close(admin, database)
            for role in roles.roles_of(admin, database):
                roles.drop_login(admin, role)
            standby.rename(admin, database, kept)
        elif not roles.database_exists(admin, kept):
            raise _lost(server, database)
        with kernel.session(control(kernel)) as session:
            _note(session, organization.id, "binned")
    kernel.board.forget(organization.id)
    kernel.directory.forget(organization.id)


def take_back(
    kernel: Kernel,
    organization: Organization,
    server: DatabaseServer,
    progress: Progress = quiet,
) -> None:
    """Do what is missing for an organization whose status is `restoring`."""
    database, kept = organization.database_name, names.bin_name(organization.id)
    with servers.connect(server, kernel.secrets) as admin, advisory_lock(admin, database):
        if status_of(kernel, organization.id) != "restoring":
            return
        progress(phrase("Opening the database"))
        if roles.database_exists(admin, kept):
            standby.rename(admin, kept, database)
        elif not roles.database_exists(admin, database):
            raise _lost(server, database)
        roles.open_database(admin, database, logins(kernel, organization))
        with kernel.session(control(kernel)) as session:
            mine = Binned.organization_id == organization.id
            was = session.scalar(delete(Binned).where(mine).returning(Binned.was))
            _note(session, organization.id, was or "active")
    kernel.directory.forget(organization.id)


def status_of(kernel: Kernel, organization_id: str) -> str:
    """Its status now, which another process may have changed while we waited for a lock."""
    with kernel.session(control(kernel), readonly=True) as session:
        organization = session.get(Organization, organization_id)
        return "" if organization is None else organization.status


def _note(session: Session, organization_id: str, status: str) -> None:
    session.execute(
        update(Organization)
        .where(Organization.id == organization_id)
        .values(status=status, version=Organization.version + 1)
    )


def _close(admin: psycopg.Connection, database: str) -> None:
    """Let nobody in any more, and end who is there."""
    closed = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false")
    admin.execute(closed.format(sql.Identifier(database)))
    admin.execute(
        "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity WHERE datname = %s",
        (_GOODBYE_MS, database),
    )


def _lost(server: DatabaseServer, database: str) -> Unavailable:
    return Unavailable(
        phrase(
            "The server {server} has no database {database}.",
            server=server.name,
            database=database,
        ),
        fix=phrase("Put it back from a backup, and try again."),
    )
