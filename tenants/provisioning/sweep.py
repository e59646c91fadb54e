"""Tidies up after processes that were killed: no tenant stays half made or half removed.

Workers call it from time to time, and so does `aorabooks doctor`. Every step takes the lock
of the database that it touches, so that it never meets a provisioning at work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import psycopg
import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from core.db.base import utc_now
from core.errors import Unavailable
from core.kernel import Kernel
from tenants import names
from tenants.control import control
from tenants.models import DatabaseServer, Organization, TemplateDatabase
from tenants.provisioning import binning, control_roles, scratch, servers, standby, templates
from tenants.provisioning.create import finish
from tenants.provisioning.remove import remove
from tenants.provisioning.rotate import retire_old_roles

GRACE = timedelta(minutes=10)
"""How long a provisioning may take before it counts as killed."""

_GO_ON = {"creating": finish, "binning": binning.put_away, "restoring": binning.take_back}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Swept:
    """What was found and put right, by slug, role or database; `failed` says what could not be."""

    finished: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    standby: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def sweep(kernel: Kernel, *, older_than: timedelta = GRACE) -> Swept:
    """Finish what was begun, go on with removals, drop old roles, templates and spare copies."""
    swept = Swept()
    for organization in _unfinished(kernel, older_than):
        slug = organization.slug
        try:
            if _is_worked_on(kernel, organization):
                continue
            go_on = _GO_ON.get(organization.status)
            if go_on is not None:
                go_on(kernel, organization, organization.server)
                swept = replace(swept, finished=(*swept.finished, slug))
            else:
                remove(kernel, organization, organization.server)
                swept = replace(swept, removed=(*swept.removed, slug))
        except Exception as error:  # one that cannot be put right must not hide the others
            log.exception("half-made tenant could not be put right", tenant=slug)
            swept = replace(swept, failed=(*swept.failed, f"{slug}: {error}"))
    for server in _servers(kernel):
        try:
            swept = _sweep_server(kernel, server, swept)
        except Unavailable as error:
            swept = replace(swept, failed=(*swept.failed, error.message))
    return swept


def _is_worked_on(kernel: Kernel, organization: Organization) -> bool:
    """Whether somebody holds its lock: copying a large database takes hours."""
    with servers.connect(organization.server, kernel.secrets) as admin:
        free = templates.try_lock(admin, organization.database_name)
    return not free


def _sweep_server(kernel: Kernel, server: DatabaseServer, swept: Swept) -> Swept:
    with servers.connect(server, kernel.secrets) as admin:
        roles_gone = _retire_roles(kernel, admin, server)
        roles_gone += control_roles.retire(kernel, admin)
        templates_gone = templates.sweep(admin, _kept_templates(kernel, server))
        standby_gone = standby.sweep(kernel, admin)
        templates_gone += scratch.sweep(admin)
    return replace(
        swept,
        roles=(*swept.roles, *roles_gone),
        templates=(*swept.templates, *templates_gone),
        standby=(*swept.standby, *standby_gone),
    )


def _unfinished(kernel: Kernel, older_than: timedelta) -> list[Organization]:
    statement = (
        select(Organization)
        .options(joinedload(Organization.server))
        .where(
            Organization.updated_at < utc_now() - older_than,
            Organization.status.in_((*_GO_ON, "deleting")),
        )
    )
    with kernel.session(control(kernel), readonly=True) as session:
        return list(session.scalars(statement))


def _servers(kernel: Kernel) -> list[DatabaseServer]:
    with kernel.session(control(kernel), readonly=True) as session:
        return list(session.scalars(select(DatabaseServer)))


def _retire_roles(
    kernel: Kernel, admin: psycopg.Connection, server: DatabaseServer
) -> tuple[str, ...]:
    """Roles that a killed rotation left behind."""
    with kernel.session(control(kernel), readonly=True) as session:
        statement = select(Organization).where(Organization.server_id == server.id)
        organizations = {o.database_name: o for o in session.scalars(statement)}
    rows = admin.execute("SELECT rolname FROM pg_roles WHERE rolname ^@ 'ab_'").fetchall()
    gone = []
    for (role,) in rows:
        # Roles of databases that we do not know belong to another installation.
        organization = organizations.get(role[: names.DATABASE_LENGTH])
        if organization is None or role in (organization.runtime_role, organization.owner_role):
            continue
        if retire_old_roles(kernel, admin, organization.id):
            gone.append(role)
    return tuple(gone)


def _kept_templates(kernel: Kernel, server: DatabaseServer) -> frozenset[str]:
    with kernel.session(control(kernel)) as session:
        old = TemplateDatabase.used_at < utc_now() - templates.LIFE
        session.execute(delete(TemplateDatabase).where(old))
        statement = select(TemplateDatabase.name).where(TemplateDatabase.server_id == server.id)
        return frozenset(session.scalars(statement))
