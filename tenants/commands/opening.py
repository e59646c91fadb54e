"""What most commands begin with: the kernel of this process, and the tenant that is meant."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager

from core import config
from core.addons.upgrading import ensure_current
from core.auth.actor import Actor
from core.custody.records import record_access
from core.errors import NotFound
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.commands.running import RUNNING
from tenants.composition import running_kernel
from tenants.control import control

COMMAND_LINE = Actor("system", "command line", unlimited=True)
"""Whoever may run the command holds the keys to everything; the audit trail says whence it was."""


@contextmanager
def opened() -> Iterator[Kernel]:
    """The kernel over the server that the environment names, until the block ends."""
    with running_kernel(config.from_environment()) as kernel:
        yield kernel


@contextmanager
def opened_for(slug: str, *, as_it_is: bool = False) -> Iterator[tuple[Kernel, Tenant]]:
    """The same with a tenant; `app` is the control plane.

    Its tables are brought up to the code first, as for a request, unless it is wanted as it is.
    """
    with opened() as kernel:
        tenant = find_tenant(kernel, slug)
        if not as_it_is:
            ensure_current(kernel, tenant)
        note_access(kernel, tenant)
        yield kernel, tenant


def note_access(kernel: Kernel, tenant: Tenant) -> None:
    """So that the tenant's admin sees that somebody was there, who, and what for."""
    if tenant.is_control:
        return
    with kernel.session(tenant, actor=COMMAND_LINE) as session:
        record_access(
            session,
            operator=who_types(),
            purpose=RUNNING.get(),
            door=COMMAND_LINE.name,
        )


def who_types() -> str:
    """The account of whoever runs this command, on this machine."""
    return os.environ.get("SUDO_USER") or getpass.getuser()


def find_tenant(kernel: Kernel, slug: str) -> Tenant:
    """The tenant of this slug; raises NotFound."""
    if slug == control(kernel).slug:
        return control(kernel)
    tenant = kernel.directory.find_slug(slug)
    if tenant is None:
        raise NotFound(
            f"There is no tenant {slug!r} that is ready.",
            fix="`aorabooks tenant list` shows them all.",
        )
    return tenant


def active_tenants(kernel: Kernel) -> list[str]:
    """The slugs of the tenants that may work."""
    with kernel.session(control(kernel), readonly=True) as session:
        return [o.slug for o in organizations.every(session) if o.status == "active"]
