"""The operator in a browser at app.<base>: sees organizations, suspends and resumes them; nobody
sees these pages at a tenant's address."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from core.auth.users import ADMIN_ROLE
from core.custody.records import accesses
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.waiting import wait_until


@pytest.fixture
def operator(kernel: Kernel, transport: AppTransport) -> Iterator[httpx.Client]:
    with open_browser(transport, "app.localhost") as browser:
        sign_in(kernel, control(kernel), browser, [ADMIN_ROLE])
        yield browser


def test_the_operator_sees_and_finds_organizations(
    operator: httpx.Client, tenant: Tenant, second_tenant: Tenant
) -> None:
    page = operator.get("/tenants/organizations")
    assert page.status_code == 200
    assert tenant.slug in page.text
    found = operator.get("/api/v1/tenants/organizations", params={"q": tenant.slug}).json()
    slugs = [each["slug"] for each in found["data"]]
    assert tenant.slug in slugs
    for secret in (tenant.runtime.password, "runtime_secret"):
        assert secret not in page.text
        assert secret not in str(found)


def test_a_suspended_organization_is_shown_as_such_to_its_members(
    operator: httpx.Client, as_user: Callable[..., httpx.Client], tenant: Tenant
) -> None:
    member = as_user()
    assert member.get("/account").status_code == 200
    address = f"/api/v1/tenants/organizations/{tenant.id}"
    done = operator.post(f"{address}/actions/suspend", headers={"Idempotency-Key": "suspend-1"})
    assert done.status_code in (200, 204), done.text
    # Every process hears of it by a notice, which may take a moment.
    wait_until(lambda: member.get("/account").status_code in (403, 503), "the suspension")
    assert "suspended" in member.get("/account").text.lower()
    done = operator.post(f"{address}/actions/resume", headers={"Idempotency-Key": "resume-1"})
    assert done.status_code in (200, 204), done.text
    wait_until(lambda: member.get("/account").status_code == 200, "the members to be let in")


def test_a_domain_is_given_to_one_organization(
    operator: httpx.Client, kernel: Kernel, tenant: Tenant, transport: AppTransport
) -> None:
    def claim(key: str, host: str) -> httpx.Response:
        wish = {"host": host, "organization_id": tenant.id}
        return operator.post("/api/v1/tenants/domains", json=wish, headers={"Idempotency-Key": key})

    assert claim("first", "Pages.Example").status_code == 201
    taken = claim("second", "pages.example")
    assert taken.status_code == 409
    assert "pages.example" in taken.text
    refused = claim("third", "other.localhost")
    assert refused.status_code == 422
    assert "domain" in refused.text
    with open_browser(transport, "pages.example") as browser:
        assert browser.get("/login").status_code == 200
    [given] = operator.get("/api/v1/tenants/domains", params={"q": "pages.example"}).json()["data"]
    gone = operator.delete(
        f"/api/v1/tenants/domains/{given['id']}",
        headers={"Idempotency-Key": "fourth", "If-Match": f'"{given["version"]}"'},
    )
    assert gone.status_code == 204, gone.text
    with kernel.session(tenant, readonly=True) as session:
        seen = [each.purpose for each in accesses(session)]
    assert seen == ["domain --remove pages.example", "domain pages.example"], "they read of both"


def test_the_control_planes_pages_are_at_no_tenants_address(
    as_user: Callable[..., httpx.Client],
) -> None:
    member = as_user()
    for path in ("/tenants/organizations", "/api/v1/tenants/organizations", "/tenants/domains"):
        assert member.get(path).status_code == 404
