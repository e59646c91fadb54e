"""New credentials for a tenant, and new seals on its secrets, while it is used.

A role has one password, so changing it would lock out processes that still hold the old one.
Instead the tenant gets two new roles; the old ones go once nobody uses them any more.
"""

from __future__ import annotations

import time

import psycopg
from psycopg import sql

from core.addons.options import reseal_options
from core.db.sealed import reseal
from core.kernel import Kernel
from core.tenancy.directory import TTL_DEAF
from tenants import organizations
from tenants.control import control
from tenants.models import Organization
from tenants.provisioning import roles, servers
from tenants.provisioning.create import logins
from tenants.provisioning.templates import advisory_lock

SETTLED_AFTER = TTL_DEAF + 1.0
"""Seconds after which every process has heard of new credentials, or looked them up again."""
PATIENCE = 90.0
"""Seconds for which the longest statement of an old role may go on."""


def rotate(kernel: Kernel, slug: str) -> bool:
    """Give the tenant new roles and retire the old ones; seal under the current master key what
    it and the control plane keep sealed.

    False if one of these was still at work in the end; the sweep then retires it later.
    """
    with kernel.session(control(kernel), readonly=True) as session:
        known = organizations.find(session, slug)
        organizations.refuse_moving(session, known)
    with servers.connect(known.server, kernel.secrets) as admin:
        with (
            advisory_lock(admin, known.database_name),
            kernel.session(control(kernel)) as session,
        ):
            organization = organizations.find(session, slug)
            organizations.renew_credentials(organization, kernel.secrets)
            # The roles are there before the commit tells everybody to use them.
            roles.open_database(admin, organization.database_name, logins(kernel, organization))
        kernel.directory.forget(organization.id)
        _reseal(kernel, organization)
        time.sleep(SETTLED_AFTER)
        deadline = time.monotonic() + PATIENCE
        while not retire_old_roles(kernel, admin, organization.id):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.5)
    return True


def _reseal(kernel: Kernel, organization: Organization) -> None:
    for tenant in (control(kernel), kernel.directory.find_id(organization.id)):
        if tenant is not None:
            with kernel.session(tenant) as session:
                reseal(session, kernel.secrets)
                reseal_options(session, kernel.secrets)


def retire_old_roles(kernel: Kernel, admin: psycopg.Connection, organization_id: str) -> bool:
    """Drop the roles of other generations; False while one of them is still at work."""
    with kernel.session(control(kernel), readonly=True) as session:
        database = session.get_one(Organization, organization_id).database_name
    with advisory_lock(admin, database):
        with kernel.session(control(kernel), readonly=True) as session:
            organization = session.get_one(Organization, organization_id)
        current = {organization.runtime_role, organization.owner_role}
        old = [role for role in roles.roles_of(admin, database) if role not in current]
        gone = [_retire(admin, database, role) for role in old]
        return all(gone)


def _retire(admin: psycopg.Connection, database: str, role: str) -> bool:
    admin.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(role)))
    admin.execute(
        "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
        " WHERE usename = %s AND state = 'idle'",
        (role,),
    )
    busy = admin.execute("SELECT 1 FROM pg_stat_activity WHERE usename = %s", (role,)).fetchone()
    if busy is None:
        roles.drop_login(admin, role)
    return busy is None
