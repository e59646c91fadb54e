"""A company that issues electronic invoices, for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import whole_company
from tests.zatca.trade.trader import have_device, have_seller


@pytest.fixture(scope="module")
def company(kernel: Kernel) -> Iterator[Tenant]:
    """A trader in Riyadh with books, taxes, and a device that signs."""
    with whole_company(kernel) as tenant:
        with kernel.session(tenant) as session:
            have_seller(session)
            have_device(session)
        yield tenant
