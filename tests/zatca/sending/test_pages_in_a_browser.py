"""The pages of registration and of reasons are for everybody: on a phone, in Arabic, with a
keyboard, and for those who hear them read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from addons.zatca.models import Device
from addons.zatca.services.sending.delivering import stop
from addons.zatca.services.sending.queueing import wake
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport
from tests.chrome import launched, served, violations
from tests.workspace.conftest import hired, sit_down
from tests.zatca.authority.server import StandIn
from tests.zatca.sending.company import Company

pytestmark = [pytest.mark.browser, pytest.mark.real_data]

Sit = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def sit(browser: Browser, kernel: Kernel, tenant: Tenant, transport: AppTransport) -> Iterator[Sit]:
    """`sit(path, width, locale)` is a page of the administrator's browser."""
    with ExitStack() as stack:
        app = Application(kernel)
        stack.callback(app.close)
        address = f"http://{tenant.slug}.localhost:{stack.enter_context(served(app))}"

        def sit(path: str, width: int = 1200, locale: str = "en-GB") -> Page:
            person = hired(stack, kernel, transport, tenant, None, language=locale[:2])
            page = sit_down(browser, address, person, width=width, locale=locale)
            stack.callback(page.context.close)
            page.goto(address + path)
            return page

        yield sit


def test_a_device_is_registered_with_the_keyboard(
    company: Company, authority: StandIn, sit: Sit
) -> None:
    page = sit(f"/zatca/registration/{company.new_device('0100')}")
    page.get_by_role("button", name="Make the key").press("Enter")
    password = page.get_by_label("One-time password")
    password.fill("000000")
    password.press("Enter")
    expect(page.get_by_text("older than an hour")).to_be_visible()
    assert violations(page) == []
    password.fill(authority.register.new_password())
    password.press("Enter")
    page.get_by_role("button", name="Show the documents").press("Enter")
    page.get_by_role("button", name="Ask for the certificate").press("Enter")
    expect(page.get_by_text("The device signs.", exact=False)).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize(("width", "locale"), [(1200, "en-GB"), (360, "ar-SA")])
def test_the_pages_fit_everybody(
    company: Company,
    sit: Sit,
    work: Callable[..., int],
    now: datetime,
    width: int,
    locale: str,
) -> None:
    device = company.active_device("0100")
    document = company.signed(device, at=now + timedelta(days=2))
    with company.kernel.session(company.tenant) as session:
        wake(session, device)
    work()
    with company.kernel.session(company.tenant) as session:
        stop(session.get_one(Device, device), "The authority refuses its certificate.")
    for path in (f"/zatca/registration/{device}", f"/zatca/reasons/{document}"):
        page = sit(path, width, locale)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
