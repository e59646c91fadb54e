"""Fixtures for tests of the platform and of addons; pytest loads it by its entry point.

Nothing is imported, and no PostgreSQL is started, before a test asks for it. The server, the
kernel and the template database are made once per run; each tenant is a fresh copy.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import httpx
    from sqlalchemy.orm import Session

    from core.addons.catalog import Catalog
    from core.config import Config
    from core.kernel import Kernel
    from core.tenancy.tenant import Tenant
    from tenants.control import Cluster
    from tenants.testing.browser import AppTransport

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server for this run, in memory where there is enough."""
    from tenants.control import embedded_cluster
    from tenants.testing.cluster import scratch_server

    with scratch_server() as server:
        yield embedded_cluster(server)


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """What the environment would say; override it in a conftest to test under other settings."""
    from dataclasses import replace

    from core.config import from_environment
    from core.secrets import generate

    var: Path = tmp_path_factory.mktemp("var")
    found = from_environment()
    # Tests ask faster than people do.
    allowance = replace(found.allowance, requests_per_second=0)
    return replace(
        found, var=var, secret_key=generate(), base_domain="localhost", allowance=allowance
    )


@pytest.fixture(scope="session")
def catalog(config: Config) -> Catalog:
    """All addons that are found; a broken one fails the run with its reasons."""
    from tenants.composition import load_catalog

    return load_catalog(config, strict=True)


@pytest.fixture(scope="session")
def kernel(config: Config, cluster: Cluster, catalog: Catalog) -> Iterator[Kernel]:
    """A kernel with its control plane."""
    from tenants.composition import kernel_on

    with kernel_on(config, cluster, catalog) as kernel:
        yield kernel


@pytest.fixture
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A fresh tenant with every addon enabled."""
    yield from _fresh_tenant(kernel)


@pytest.fixture
def second_tenant(kernel: Kernel) -> Iterator[Tenant]:
    """Another one, which must never see the first."""
    yield from _fresh_tenant(kernel)


@pytest.fixture
def session(kernel: Kernel, tenant: Tenant) -> Iterator[Session]:
    """A session of the tenant, as the system. Commit it where other doors shall see its work."""
    with kernel.session(tenant) as session:
        yield session
        session.rollback()


@pytest.fixture(scope="session")
def transport(kernel: Kernel) -> Iterator[AppTransport]:
    """The web application of the kernel, for browsers in this process."""
    from core.web.app import Application
    from tenants.testing.browser import AppTransport

    app = Application(kernel)
    transport = AppTransport(app)
    yield transport
    transport.shut_down()
    app.close()


@pytest.fixture
def client(transport: AppTransport, tenant: Tenant) -> Iterator[httpx.Client]:
    """A browser at the tenant's address, in which nobody is signed in."""
    from tenants.testing.browser import open_browser

    with open_browser(transport, f"{tenant.slug}.localhost") as browser:
        yield browser


@pytest.fixture
def as_user(
    kernel: Kernel, transport: AppTransport, tenant: Tenant
) -> Iterator[Callable[..., httpx.Client]]:
    """`as_user("accounting.clerk")` is a browser in which a new user with these roles is signed
    in; without roles, an administrator."""
    from core.auth.users import ADMIN_ROLE
    from tenants.testing.browser import open_browser, sign_in

    with ExitStack() as stack:

        def as_user(*roles: str) -> httpx.Client:
            browser = open_browser(transport, f"{tenant.slug}.localhost")
            sign_in(kernel, tenant, stack.enter_context(browser), roles or (ADMIN_ROLE,))
            return browser

        yield as_user


@pytest.fixture
def frozen_time() -> Iterator[Callable[[datetime], Any]]:
    """`frozen_time(moment)` stops this process's clock there; the database's goes on."""
    import time_machine

    with ExitStack() as stack:

        def freeze(moment: datetime) -> Any:
            return stack.enter_context(time_machine.travel(moment, tick=False))

        yield freeze


@pytest.fixture
def no_network() -> Iterator[None]:
    """Fails the test if it tries to reach another machine."""
    from tenants.testing import network

    with network.no_network():
        yield


def _fresh_tenant(kernel: Kernel) -> Iterator[Tenant]:
    from tenants.testing.tenants import fresh_tenant

    with fresh_tenant(kernel, f"t{next(_NUMBERS)}") as tenant:
        yield tenant
