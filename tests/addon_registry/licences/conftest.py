"""A platform with a kiosk, the points that follow its sales, and a vendor who licenses them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine

from addon_registry import keys
from addon_registry.licences.licence import Terms
from core.addons.catalog import Catalog
from core.addons.discovery import AddonFolder, discover
from core.addons.loading import load
from core.addons.states import TenantState
from core.auth.users import ADMIN_ROLE
from core.config import Config, from_environment
from core.db.session import binding
from core.kernel import Kernel
from core.secrets import generate
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.composition import CONTROL_PLANE, kernel_on
from tenants.control import Cluster, control
from tenants.licensing import keys as licence_keys
from tenants.licensing import licences
from tenants.licensing.keys import Issuer
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tenants.testing.tenants import fresh_tenant

LICENSED = Path(__file__).resolve().parents[2] / "fake_addons" / "licensed"
DAY = timedelta(days=1)


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    var = tmp_path_factory.mktemp("licences-var")
    return replace(from_environment({}), var=var, secret_key=generate(), threads=4)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The platform and the two addons that are licensed."""
    folders = [AddonFolder(LICENSED, "tests.fake_addons.licensed.")]
    return load(discover(folders, platform=[CONTROL_PLANE], installed=False), strict=True)


@pytest.fixture(scope="session")
def kernel(config: Config, cluster: Cluster, catalog: Catalog) -> Iterator[Kernel]:
    """A kernel with a control plane of its own, on the run's server."""
    beside = replace(cluster, admin=replace(cluster.admin, database="aorabooks_licences"))
    with kernel_on(config, beside, catalog) as kernel:
        yield kernel


@pytest.fixture(scope="session")
def transport(kernel: Kernel) -> Iterator[AppTransport]:
    """The pages of this kernel; the run's own transport leads to another one."""
    app = Application(kernel)
    transport = AppTransport(app)
    yield transport
    transport.shut_down()
    app.close()


@dataclass(frozen=True)
class Vendor:
    """Whoever licenses the addons here."""

    kernel: Kernel
    issuer: Issuer

    def grants(
        self,
        tenant: Tenant,
        *addons: str,
        begins: timedelta = -200 * DAY,
        ends: timedelta | None = 100 * DAY,
        grace_days: int = 14,
        **terms: Any,
    ) -> str:
        """Issue a licence whose days count from now, as if on the day that it began; its serial."""
        now = datetime.now(UTC)
        wanted = Terms(
            tenant.id,
            addons or ("kiosk",),
            now + begins,
            None if ends is None else now + ends,
            grace_days=grace_days,
            **terms,
        )
        then = min(now, now + begins) + timedelta(seconds=1)
        there = control(self.kernel)
        with time_machine.travel(then), self.kernel.session(there) as session:
            serial = licences.issue(session, self.issuer, wanted).serial
        self.heard(tenant)
        return serial

    def heard(self, tenant: Tenant) -> None:
        """Let this process know at once, as the database's notice does in a moment."""
        self.kernel.directory.forget(tenant.id)
        self.kernel.states.forget(tenant.id)


@pytest.fixture(scope="session")
def vendor(kernel: Kernel) -> Vendor:
    """A vendor whose key is trusted here."""
    key = keys.generate()
    with kernel.session(control(kernel)) as session:
        licence_keys.hold(session, kernel.secrets, "Vendor", key)
    return Vendor(kernel, Issuer(key))


@pytest.fixture
def shop(kernel: Kernel) -> Iterator[Tenant]:
    """A company for one test, with both addons enabled."""
    with fresh_tenant(kernel, f"shop{os.urandom(4).hex()}") as tenant:
        yield tenant


@pytest.fixture
def state_of(kernel: Kernel) -> Callable[[Tenant], TenantState]:
    """How a company stands with its addons, as the next request will find it."""

    def state_of(tenant: Tenant) -> TenantState:
        with kernel.session(current(kernel, tenant)) as session:
            return binding(session).context["state"]

    return state_of


def current(kernel: Kernel, tenant: Tenant) -> Tenant:
    """The company as the directory has it now."""
    found = kernel.directory.find_id(tenant.id)
    assert found is not None
    return found


@pytest.fixture
def enter(
    kernel: Kernel, transport: AppTransport, shop: Tenant
) -> Iterator[Callable[..., httpx.Client]]:
    """`enter("role")` is a browser of a new user with these roles; an administrator without."""
    with ExitStack() as stack:

        def enter(*roles: str) -> httpx.Client:
            browser = stack.enter_context(open_browser(transport, f"{shop.slug}.localhost"))
            sign_in(kernel, current(kernel, shop), browser, roles or (ADMIN_ROLE,))
            return browser

        yield enter
