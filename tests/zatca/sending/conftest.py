"""A company whose devices speak with the stand-in of the authority."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from addons.zatca.models import Document
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.zatca.authority.server import StandIn
from tests.zatca.sending.company import Company

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def stand_in() -> Iterator[StandIn]:
    with StandIn() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AORABOOKS_ZATCA_GATEWAY", running.url)
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield running


@pytest.fixture
def authority(stand_in: StandIn) -> Iterator[StandIn]:
    """The stand-in, behaving well at first."""
    stand_in.behave()
    yield stand_in
    stand_in.behave()


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, f"zatca{next(_NUMBERS)}") as tenant:
        yield tenant


@pytest.fixture
def company(kernel: Kernel, tenant: Tenant, authority: StandIn) -> Company:
    """The company, with its seller."""
    company = Company(kernel, tenant, authority)
    company.have_seller()
    return company


@pytest.fixture
def work(kernel: Kernel, tenant: Tenant) -> Callable[..., int]:
    """Run what is queued; with a moment, what is due by then."""
    return lambda now=None: work_off(kernel, tenant, now=now)


@pytest.fixture
def state_of(kernel: Kernel, tenant: Tenant) -> Callable[[int], Document]:
    def look(document_id: int) -> Document:
        with kernel.session(tenant) as session:
            document = session.get_one(Document, document_id)
            _ = document.cleared_xml
            return document

    return look


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
