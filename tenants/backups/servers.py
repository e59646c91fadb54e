"""On which database server a backup is restored."""

from __future__ import annotations

from sqlalchemy import select

from core.errors import Conflict
from core.i18n import phrase
from core.kernel import Kernel
from tenants.control import control
from tenants.models import DatabaseServer, Organization


def server_for(kernel: Kernel, tenant_id: str) -> DatabaseServer:
    """The tenant's own server; for one that is gone, the first that takes new tenants."""
    with kernel.session(control(kernel), readonly=True) as session:
        organization = session.get(Organization, tenant_id)
        if organization is not None:
            return organization.server
        found = session.scalar(
            select(DatabaseServer)
            .where(DatabaseServer.status == "active")
            .order_by(DatabaseServer.id)
            .limit(1)
        )
    if found is None:
        raise Conflict(phrase("No database server takes new tenants."))
    return found
