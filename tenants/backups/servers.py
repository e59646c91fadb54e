"""On which database server a backup is restored."""

from __future__ import annotations

from core.kernel import Kernel
from tenants.control import control
from tenants.models import DatabaseServer, Organization
from tenants.placement import rule


def server_for(kernel: Kernel, tenant_id: str) -> DatabaseServer:
    """The tenant's own server; for one that is gone, where the rule puts a new one. Raises
    Conflict where none takes it."""
    with kernel.session(control(kernel), readonly=True) as session:
        organization = session.get(Organization, tenant_id)
        if organization is not None:
            return organization.server
        return rule.choose(session)
