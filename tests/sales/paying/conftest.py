"""A company whose customers can pay online, the payment service, and somebody who owes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import httpx
import pytest

from addons.contacts.services.portal import sessions
from core.addons.catalog import Catalog
from core.addons.discovery import AddonFolder, discover
from core.addons.loading import load
from core.addons.options import set_options
from core.config import Config
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.composition import CONTROL_PLANE, SHIPPED, kernel_on
from tenants.control import Cluster
from tests.chrome import served
from tests.fake_addons.paying.teller.options import TellerOptions
from tests.sales.conftest import whole_company
from tests.sales.paying.payer import Payer
from tests.sales.payment_service import PaymentService, payment_service
from tests.workspace.conftest import ROOT

PAYING = ROOT / "tests" / "fake_addons" / "paying"
ADDONS = ("accounting", "vat", "sales", "teller")


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The shipped addons and a gateway."""
    folders = [SHIPPED, AddonFolder(PAYING, "tests.fake_addons.paying.")]
    return load(discover(folders, platform=[CONTROL_PLANE], installed=False), strict=True)


@pytest.fixture(scope="session")
def kernel(config: Config, cluster: Cluster, catalog: Catalog) -> Iterator[Kernel]:
    """A kernel with a control plane beside that of the other tests, on the run's server."""
    beside = replace(cluster, admin=replace(cluster.admin, database="aorabooks_paying"))
    with kernel_on(config, beside, catalog) as kernel:
        yield kernel


@pytest.fixture(scope="module")
def port(kernel: Kernel) -> Iterator[int]:
    app = Application(kernel)
    with served(app) as port:
        yield port
    app.close()


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A company with books, taxes and a gateway."""
    with whole_company(kernel, ADDONS) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def service(kernel: Kernel, tenant: Tenant, port: int) -> Iterator[PaymentService]:
    with payment_service("s3cret", f"{tenant.slug}.localhost", port) as service:
        with kernel.session(tenant) as session:
            set_options(session, TellerOptions, address=service.address, secret="s3cret")
        yield service


@pytest.fixture
def payer(kernel: Kernel, tenant: Tenant, service: PaymentService, port: int) -> Iterator[Payer]:
    headers = {"sec-fetch-site": "same-origin", "host": f"{tenant.slug}.localhost:{port}"}
    with ExitStack() as stack:
        http = stack.enter_context(
            httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60)
        )
        payer = Payer(kernel, tenant, http, ["100", "50"])
        http.cookies.clear()
        http.headers["cookie"] = f"{sessions.COOKIE}={payer.secret}"
        yield payer
