"""The Host header says whose pages these are; where nobody is served, nothing is revealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.control import control
from tenants.testing.tenants import fresh_tenant

Visit = Callable[[str], httpx.Client]


@pytest.fixture
def paused(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "paused", addons=()) as tenant:
        with kernel.session(control(kernel)) as session:
            organization = organizations.find(session, "paused")
            organizations.suspend(session, organization, "The invoice of March is not paid.")
        kernel.directory.forget()
        yield tenant


def test_an_unknown_host_gets_a_page_that_reveals_nothing(visit: Visit, acme: Tenant) -> None:
    for host in ("nobody.localhost", "example.com", "a.acme.localhost", "127.0.0.1"):
        page = visit(host).get("/", headers={"accept-language": "en"})
        assert page.status_code == 404
        assert "There is nothing at this address." in page.text
        for revealing in ("orabooks", "/static/", "acme", "login"):
            assert revealing not in page.text.lower()


def test_the_same_nothing_answers_every_path_of_an_unknown_host(visit: Visit) -> None:
    unknown = visit("nobody.localhost")
    pages = {unknown.get(path).content for path in ("/", "/login", "/api/v1/webprobe/count")}
    assert len(pages) == 1


def test_a_malformed_host_is_refused(visit: Visit, acme: Tenant) -> None:
    browser = visit("acme.localhost")
    for host in ("acme localhost", "acme.localhost/..", "[::1]", "", "acme.localhost:port", "-x"):
        page = browser.get("/login", headers={"host": host})
        assert page.status_code == 400, host


def test_a_host_is_recognized_however_it_is_written(visit: Visit, acme: Tenant) -> None:
    browser = visit("acme.localhost")
    for host in ("ACME.localhost", "acme.localhost:8000", "acme.localhost."):
        assert browser.get("/login", headers={"host": host}).status_code == 200


def test_a_suspended_company_says_so_and_tells_no_reason(visit: Visit, paused: Tenant) -> None:
    page = visit("paused.localhost").get("/login")
    assert page.status_code == 403
    assert "Access for this company is suspended" in page.text
    assert "invoice" not in page.text
    told = visit("paused.localhost").get("/api/v1/core/users").json()
    assert told["code"] == "suspended"


def test_the_control_plane_answers_at_its_reserved_host(visit: Visit) -> None:
    browser = visit("app.localhost")
    assert browser.get("/login").status_code == 200
    assert browser.get("/webprobe/greet/1").status_code == 404


def test_pages_of_the_control_plane_do_not_exist_for_a_company(
    kernel: Kernel, admin: httpx.Client
) -> None:
    routes = [owned for owned in kernel.catalog.contributions.routes if owned.addon == "tenants"]
    for owned in routes:
        assert admin.get(f"/tenants{owned.item.path}").status_code == 404
    assert admin.get("/tenants/organizations").status_code == 404
