"""What most commands begin with: the kernel of this process, and the tenant that is meant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core import config
from core.auth.actor import Actor
from core.errors import NotFound
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
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
def opened_for(slug: str) -> Iterator[tuple[Kernel, Tenant]]:
    """The same with a tenant; `app` is the control plane."""
    with opened() as kernel:
        yield kernel, find_tenant(kernel, slug)


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
