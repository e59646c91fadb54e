"""A platform of its own for the tests of the web, with an addon whose pages misbehave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from core.auth.users import ADMIN_ROLE
from core.config import Config, from_environment
from core.kernel import Kernel
from core.secrets import generate
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.composition import kernel_on
from tenants.control import Cluster
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tenants.testing.tenants import fresh_tenant


@pytest.fixture(scope="session")
def web_config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return replace(
        from_environment({}),
        var=tmp_path_factory.mktemp("web-var"),
        secret_key=generate(),
        addon_path=Path(__file__).parent / "addons",
        threads=4,
        checkout_timeout=5.0,
        metrics_token="metrics-test-token",
    )


@pytest.fixture(scope="session")
def kernel(web_config: Config, cluster: Cluster) -> Iterator[Kernel]:
    """A kernel with a control plane beside that of the other tests, on the run's server."""
    beside = replace(cluster, admin=replace(cluster.admin, database="aorabooks_web"))
    with kernel_on(web_config, beside) as kernel:
        yield kernel


@pytest.fixture(scope="session")
def app(kernel: Kernel) -> Iterator[Application]:
    app = Application(kernel)
    yield app
    app.close()


@pytest.fixture(scope="session")
def transport(app: Application) -> Iterator[AppTransport]:
    transport = AppTransport(app)
    yield transport
    transport.shut_down()


@pytest.fixture(scope="session")
def acme(kernel: Kernel) -> Iterator[Tenant]:
    """A company with every addon; tests that switch addons make one of their own."""
    with fresh_tenant(kernel, "acme") as tenant:
        yield tenant


@pytest.fixture(scope="session")
def bolt(kernel: Kernel) -> Iterator[Tenant]:
    """Another company, which has no addon at all."""
    with fresh_tenant(kernel, "bolt", addons=()) as tenant:
        yield tenant


@pytest.fixture
def visit(transport: AppTransport) -> Iterator[Callable[[str], httpx.Client]]:
    """`visit("acme.localhost")` is a browser in which nobody is signed in."""
    with ExitStack() as stack:
        yield lambda host: stack.enter_context(open_browser(transport, host))


@pytest.fixture
def sign_in_at(kernel: Kernel, visit: Callable[[str], httpx.Client]) -> Callable[..., httpx.Client]:
    """`sign_in_at(tenant)` is a browser with an administrator; `roles=()` may do nothing."""

    def sign_in_at(tenant: Tenant, roles: tuple[str, ...] = (ADMIN_ROLE,)) -> httpx.Client:
        browser = visit(f"{tenant.slug}.localhost")
        sign_in(kernel, tenant, browser, roles)
        return browser

    return sign_in_at


@pytest.fixture
def admin(sign_in_at: Callable[..., httpx.Client], acme: Tenant) -> httpx.Client:
    return sign_in_at(acme)
