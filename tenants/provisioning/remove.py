"""Removes a tenant for good: database, roles, files, and its entry in the control plane."""

from __future__ import annotations

from psycopg import sql
from sqlalchemy import select

from core.kernel import Kernel
from tenants import names
from tenants.control import control
from tenants.models import DatabaseServer, Organization
from tenants.provisioning import roles, servers
from tenants.provisioning.templates import advisory_lock


def remove(kernel: Kernel, organization: Organization, server: DatabaseServer) -> None:
    """Drop what is there, in the bin too; the entry goes last, so that a killed removal can be run
    again. A sample company made for it goes first."""
    remove_sample(kernel, organization)
    database = organization.database_name
    with kernel.session(control(kernel)) as session:
        there = session.get(Organization, organization.id)
        if there is None:
            return  # another process was faster
        there.status = "deleting"
    kernel.engine.broker.forget(database)
    with servers.connect(server, kernel.secrets) as admin, advisory_lock(admin, database):
        for name in names.databases_of(organization.id):
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            admin.execute(drop.format(sql.Identifier(name)))
        for role in roles.roles_of(admin, database):
            roles.drop_login(admin, role)
        kernel.files.remove_all(organization.id)
        with kernel.session(control(kernel)) as session:
            there = session.get(Organization, organization.id)
            if there is not None:
                session.delete(there)
    kernel.board.forget(organization.id)
    kernel.directory.forget(organization.id)


def remove_sample(kernel: Kernel, organization: Organization) -> None:
    """Remove the sample company that was made for it, if there is one."""
    sample, its_server = _sample_of(kernel, organization)
    if sample is not None and its_server is not None:
        remove(kernel, sample, its_server)


def _sample_of(
    kernel: Kernel, organization: Organization
) -> tuple[Organization | None, DatabaseServer | None]:
    with kernel.session(control(kernel), readonly=True) as session:
        found = session.scalar(
            select(Organization).where(Organization.sample_of == organization.id)
        )
        return (None, None) if found is None else (found, found.server)
