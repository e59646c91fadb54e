"""Tenants that live as long as a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from core.errors import NotFound
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.control import control
from tenants.provisioning.create import create_tenant
from tenants.provisioning.remove import remove
from tenants.wishes import NewOrganization


@contextmanager
def fresh_tenant(
    kernel: Kernel, slug: str, *, addons: tuple[str, ...] | None = None, server: str = ""
) -> Iterator[Tenant]:
    """A new tenant with these addons (all by default), removed afterwards; where the rule puts it,
    or on the server of this name."""
    try:
        wish = NewOrganization(slug, title=slug.title(), addons=addons, server=server)
        yield create_tenant(kernel, wish)
    finally:
        # Also one that could not be finished, because an addon broke: no sweep shall find it.
        with suppress(NotFound):
            with kernel.session(control(kernel)) as session:
                organization = organizations.find(session, slug)
            remove(kernel, organization, organization.server)
