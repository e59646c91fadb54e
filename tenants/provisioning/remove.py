"""Removes a tenant for good: its database, its roles, its entry in the control plane."""

from __future__ import annotations

from psycopg import sql

from core.kernel import Kernel
from tenants.control import control
from tenants.models import DatabaseServer, Organization
from tenants.provisioning import roles, servers
from tenants.provisioning.templates import advisory_lock


def remove(kernel: Kernel, organization: Organization, server: DatabaseServer) -> None:
    """Drop what is there; the entry goes last, so that a killed removal can be run again."""
    database = organization.database_name
    with kernel.session(control(kernel)) as session:
        session.get_one(Organization, organization.id).status = "deleting"
    kernel.engine.broker.forget(database)
    with servers.connect(server, kernel.secrets) as admin, advisory_lock(admin, database):
        if roles.database_exists(admin, database):
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))
        for role in roles.roles_of(admin, database):
            roles.drop_login(admin, role)
        with kernel.session(control(kernel)) as session:
            session.delete(session.get_one(Organization, organization.id))
    kernel.board.forget(organization.id)
    kernel.directory.forget(organization.id)
