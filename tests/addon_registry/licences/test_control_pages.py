"""The operator's pages about licences: what there is, and taking it back with a reason."""

from __future__ import annotations

import re

import httpx
import pytest

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.licensing import licences
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.addon_registry.licences.conftest import DAY, Vendor, current


def at_control_plane(kernel: Kernel, transport: AppTransport, role: str) -> httpx.Client:
    """A browser of the operator's staff."""
    browser = open_browser(transport, "app.localhost")
    sign_in(kernel, control(kernel), browser, [role])
    return browser


def test_the_operator_takes_a_licence_back_with_a_reason(
    kernel: Kernel, transport: AppTransport, shop: Tenant, vendor: Vendor
) -> None:
    serial = vendor.grants(shop, ends=50 * DAY)
    with kernel.session(control(kernel)) as session:
        number = licences.get(session, serial).id
    page = f"/tenants/licences/{number}"
    with at_control_plane(kernel, transport, "tenants.operator") as operator:
        assert shop.title in operator.get("/tenants/licences").text
        version = re.search(r'name="_version" value="(\d+)"', operator.get(f"{page}/edit").text)
        assert version is not None
        fields = {"revoked_reason": "Never paid", "_version": version[1]}
        assert operator.post(f"{page}/edit", data=fields).status_code < 400
        assert operator.post(f"{page}/actions/revoke").status_code < 400
        assert "actions/revoke" not in operator.get(page).text, "once is enough"
    with kernel.session(control(kernel)) as session:
        row = licences.get(session, serial)
        assert (row.revoked_at is not None, row.revoked_reason) == (True, "Never paid")
    vendor.heard(shop)
    assert current(kernel, shop).entitlements[0].revoked_at is not None


@pytest.mark.parametrize("path", ["/tenants/certificates", "/tenants/licence-keys"])
def test_certificates_and_keys_are_shown_without_their_secrets(
    path: str, kernel: Kernel, transport: AppTransport, vendor: Vendor
) -> None:
    with at_control_plane(kernel, transport, "tenants.operator") as operator:
        page = operator.get(path)
        assert page.status_code == 200
        assert "sealed_key" not in operator.get(f"/api/v1{path}").text


def test_support_looks_and_a_reseller_does_not(
    kernel: Kernel, transport: AppTransport, shop: Tenant, vendor: Vendor
) -> None:
    vendor.grants(shop)
    with at_control_plane(kernel, transport, "tenants.onlooker") as support:
        assert support.get("/tenants/licences").status_code == 200
        assert support.post("/tenants/licences/1/actions/revoke").status_code == 403
    with at_control_plane(kernel, transport, "tenants.reseller") as seller:
        assert seller.get("/tenants/licence-keys").status_code == 403
