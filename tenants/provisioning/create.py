"""Makes a tenant: an entry in the control plane, a copy of a template, two roles. Where copies
stand ready, one of them is taken.

The entry comes first. Every later step asks the server what is there already and does the
rest, so that a killed provisioning is finished by running it again, or by the sweep. No
connection to the new database is needed, and nobody can connect before its doors are set.
"""

from __future__ import annotations

import psycopg
from sqlalchemy import update

from core.errors import Unavailable
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import organizations, schema_heads
from tenants.control import control
from tenants.credentials import unseal
from tenants.models import DatabaseServer, Organization
from tenants.provisioning import copying, roles, servers, standby, templates
from tenants.provisioning.roles import Login, Logins
from tenants.provisioning.space import needing_space
from tenants.provisioning.templates import AddonSet, Progress, quiet
from tenants.wishes import NewOrganization


def create_tenant(kernel: Kernel, wish: NewOrganization, progress: Progress = quiet) -> Tenant:
    """A new tenant, ready to be used; finishes one of this slug that is half made.

    Raises InvalidInput or Conflict for a wish that cannot be fulfilled.
    """
    with kernel.session(control(kernel)) as session:
        organization = organizations.record(
            session,
            wish,
            box=kernel.secrets,
            addons=kernel.catalog.addons,
            base_domain=kernel.config.base_domain,
        )
        server = organization.server
        if organization.status == "creating":
            wanted = templates.addon_set(kernel, tuple(organization.addons))
            standby.claim(session, organization, wanted)
    finish(kernel, organization, server, progress)
    kernel.directory.forget(organization.id)
    tenant = kernel.directory.find_id(organization.id)
    if tenant is None:
        raise Unavailable(f"{wish.slug} was removed while it was being made. Please try again.")
    return tenant


def finish(
    kernel: Kernel,
    organization: Organization,
    server: DatabaseServer,
    progress: Progress = quiet,
) -> None:
    """Do what is missing for an organization whose status is `creating`."""
    database = organization.database_name
    with servers.connect(server, kernel.secrets) as admin:
        wanted = templates.addon_set(kernel, tuple(organization.addons))
        with templates.advisory_lock(admin, database):
            if not _is_creating(kernel, organization.id):
                return
            progress("Making the tenant's database")
            with needing_space(server.name):
                if not roles.database_exists(admin, database):
                    _make(kernel, admin, organization, server, wanted, progress)
                roles.open_database(admin, database, logins(kernel, organization))
            _activate(kernel, organization, wanted, roles.database_number(admin, database))


def _make(
    kernel: Kernel,
    admin: psycopg.Connection,
    organization: Organization,
    server: DatabaseServer,
    wanted: AddonSet,
    progress: Progress,
) -> None:
    """Its database, closed: a copy of another organization's, one that stood ready, or a copy of
    the template."""
    if organization.is_copy:
        copying.copy(kernel, admin, organization, server, progress)
    elif not standby.take(kernel, admin, organization):
        templates.ensure(kernel, admin, server, wanted, progress)
        templates.clone(admin, wanted.template, organization.database_name)


def _is_creating(kernel: Kernel, organization_id: str) -> bool:
    """False if another process has finished or removed it while we waited for the lock."""
    with kernel.session(control(kernel), readonly=True) as session:
        organization = session.get(Organization, organization_id)
    return organization is not None and organization.status == "creating"


def logins(kernel: Kernel, organization: Organization) -> Logins:
    """The roles of an organization with their secrets opened."""

    def login(role: str, sealed: str) -> Login:
        return Login(role, unseal(kernel.secrets, organization.id, role, sealed))

    return Logins(
        runtime=login(organization.runtime_role, organization.runtime_secret),
        owner=login(organization.owner_role, organization.owner_secret),
    )


def _activate(kernel: Kernel, organization: Organization, used: AddonSet, database: int) -> None:
    with kernel.session(control(kernel)) as session:
        templates.note_use(session, organization.server_id, used)
        if not organization.is_copy:  # what is in a copy is known when somebody has looked
            addons = [kernel.catalog.addons[name] for name in used.addons]
            schema_heads.record_new(session, organization.id, database, addons)
        standby.release(session, organization.id)
        session.execute(
            update(Organization)
            .where(Organization.id == organization.id, Organization.status == "creating")
            .values(status="active", version=Organization.version + 1)
        )
