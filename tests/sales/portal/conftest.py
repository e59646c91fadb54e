"""A company with a portal: its staff, its customers inside, and everybody outside."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import httpx
import pytest

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.auth.mail_server import MailServer, mail_server
from tests.sales.portal.visiting import Buyer, browser_of, entered
from tests.workspace.conftest import Person, hired

_NUMBERS = itertools.count(1)
Enter = Callable[[], Buyer]


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, f"salesportal{next(_NUMBERS)}", addons=("sales",)) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def staff(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    """The administrator, who wrote nothing of what follows."""
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


@pytest.fixture
def enter(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Enter]:
    """Somebody of a new customer, each time."""
    with ExitStack() as stack:
        yield lambda: entered(stack, kernel, transport, tenant)


@pytest.fixture
def outsider(transport: AppTransport, tenant: Tenant) -> Iterator[httpx.Client]:
    with ExitStack() as stack:
        yield browser_of(stack, transport, tenant)


@pytest.fixture
def post_office(kernel: Kernel) -> Iterator[MailServer]:
    """A mail server on a real socket."""
    with mail_server() as server:
        before = kernel.config
        address = f"smtp://127.0.0.1:{server.port}?from=books@example.com"
        object.__setattr__(kernel, "config", replace(before, smtp_url=address))
        yield server
        object.__setattr__(kernel, "config", before)
