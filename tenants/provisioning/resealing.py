"""Seals anew what one database keeps sealed under older master keys."""

from __future__ import annotations

from core.addons.options import reseal_options
from core.db.sealed import reseal
from core.kernel import Kernel
from core.tenancy.tenant import Tenant


def reseal_all(kernel: Kernel, tenant: Tenant) -> int:
    """Do so while everybody works, the control plane being one of the tenants; how many values that
    were. One that does not open stays as it is."""
    with kernel.session(tenant) as session:
        return reseal(session, kernel.secrets) + reseal_options(session, kernel.secrets)
