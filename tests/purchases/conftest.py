"""A company that buys: alone with its own documents, or with stock and books beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from addons.accounting.options import AccountingOptions
from addons.accounting.services.calendar import ensure_years
from core.addons.options import set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.purchases.buying import Buyer

ALONE = ("contacts", "catalog", "purchases")


@pytest.fixture(scope="session")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A company with purchases alone: what a test does not commit is gone after it."""
    with fresh_tenant(kernel, "buys", addons=ALONE) as tenant:
        yield tenant


@pytest.fixture(scope="session")
def trading(kernel: Kernel) -> Iterator[Tenant]:
    """A company with everything: stock, taxes and books."""
    with fresh_tenant(kernel, "trades") as tenant:
        with kernel.session(tenant) as session:
            set_options(session, AccountingOptions, company_currency="USD")
            ensure_years(session, [date(year, 7, 1) for year in (2025, 2026, 2027)])
        yield tenant


@pytest.fixture
def trader(kernel: Kernel, trading: Tenant) -> Iterator[Buyer]:
    """The same at the company with stock and books; nothing of it is kept."""
    with kernel.session(trading) as session:
        yield Buyer(session)
        session.rollback()


@pytest.fixture
def buyer(session: Session) -> Buyer:
    """Somebody who buys; what is done is gone after the test, unless it is committed."""
    return Buyer(session)
