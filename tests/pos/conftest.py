"""A shop with tills, fresh for each test, and its neighbour."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport, open_browser
from tests.pos.shop import TillShop


@pytest.fixture
def shop(kernel: Kernel, tenant: Tenant, transport: AppTransport) -> Iterator[TillShop]:
    """A company that sells at tills."""
    with open_browser(transport, f"{tenant.slug}.localhost") as http:
        yield TillShop(kernel, tenant, http)


@pytest.fixture
def neighbour(kernel: Kernel, second_tenant: Tenant, transport: AppTransport) -> Iterator[TillShop]:
    """Another company, which must never see anything of the first."""
    with open_browser(transport, f"{second_tenant.slug}.localhost") as http:
        yield TillShop(kernel, second_tenant, http)
