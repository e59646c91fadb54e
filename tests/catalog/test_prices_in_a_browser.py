"""A salesperson asks in a browser why a price is what it is, and a customer enters the portal: with
the keyboard, on a phone, in the dark, in Arabic, and axe finds nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from addons.catalog.services.prices.list_keeping import create_list
from addons.catalog.services.prices.rule_keeping import create_rule
from addons.catalog.services.products import create_product
from addons.contacts.api import add_contact
from addons.contacts.models import Contact, PortalAccess
from addons.contacts.services.addresses import create_address
from addons.contacts.services.portal.links import new_link
from core.api import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from core.web.incoming import LANGUAGE_COOKIE
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.chrome import launched, served, violations
from tests.workspace.conftest import hired, sit_down


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A shop with lists for a customer, for its group and for everybody."""
    with fresh_tenant(kernel, "pricedesk", addons=("contacts", "catalog")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def link(kernel: Kernel, tenant: Tenant, address: str) -> str:
    """Prices are agreed; a link to the portal is in the mail."""
    with kernel.session(tenant) as session:
        rice = create_product(session, {"name": "Rice", "sku": "RICE", "sale_price": Decimal(10)})
        made = add_contact(session, {"name": "Cedar House", "email": "c@cedar.example"})
        create_address(session, {"contact_id": made.id, "name": "Warehouse", "city": "Beirut"})
        own = create_list(
            session, {"name": "Cedar", "currency": "USD", "parties": ({"contact_id": made.id},)}
        )
        everybody = create_list(session, {"name": "All", "currency": "USD", "parties": ({},)})
        tier = {"list_id": own.id, "product_id": rice.id, "amount": Decimal(7)}
        create_rule(session, {**tier, "min_quantity": Decimal(10)})
        create_rule(session, {"list_id": everybody.id, "method": "discount", "percent": Decimal(5)})
        access = PortalAccess(contact_id=made.id, granted_at=utc_now(), granted_by="Rahim")
        session.add(access)
        session.flush()
        return new_link(session, access, session.get_one(Contact, made.id), address)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(kernel: Kernel, tenant: Tenant) -> Iterator[str]:
    app = Application(kernel)
    with served(app) as port:
        yield f"http://{tenant.slug}.localhost:{port}"
    app.close()


@pytest.fixture
def desk(
    kernel: Kernel, transport: AppTransport, tenant: Tenant, browser: Browser, address: str,
    link: str,
) -> Iterator[Page]:  # fmt: skip
    """An administrator's browser; at the end no script has failed."""
    with ExitStack() as stack:
        page = sit_down(browser, address, hired(stack, kernel, transport, tenant, None))
        failed: list[str] = []
        page.on("pageerror", lambda error: failed.append(str(error)))
        yield page
        page.context.close()
        assert failed == []


def _seen(page: Page, name: str) -> None:
    """A picture, where somebody wants to look at the pages."""
    if folder := os.environ.get("PRICE_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


PAGES = {
    "why": "/catalog/prices/why?product=RICE&contact=1&quantity=12",
    "why_not": "/catalog/prices/why?product=NONE",
    "lists": "/catalog/price-lists",
    "list": "/catalog/price-lists/1",
    "rules": "/catalog/price-rules",
    "rule": "/catalog/price-rules/new?list_id=1",
    "bundle": "/catalog/bundles/new",
    "contact": "/contacts/contacts/1",
    "address": "/contacts/addresses/new?contact_id=1",
    "product": "/catalog/products/1",
}


def test_why_a_price_by_keyboard(desk: Page, address: str) -> None:
    desk.goto(f"{address}/catalog/prices/why?contact=1")
    desk.get_by_label("Code or barcode").focus()
    desk.keyboard.type("RICE")
    desk.keyboard.press("Enter")
    desk.get_by_text("None of its prices holds here.").wait_for()
    desk.get_by_label("Quantity").fill("12")
    desk.keyboard.press("Enter")
    desk.get_by_text("It won.").wait_for()


def test_each_page_is_usable_by_everybody(desk: Page, address: str) -> None:
    for name, path in PAGES.items():
        desk.goto(f"{address}{path}")
        assert violations(desk) == [], name
        _seen(desk, name)
    desk.set_viewport_size({"width": 360, "height": 740})
    desk.emulate_media(color_scheme="dark")
    desk.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": "ar", "url": address}])
    for name, path in PAGES.items():
        desk.goto(f"{address}{path}")
        _fits(desk)
        _seen(desk, f"{name}_small")


def test_a_customer_enters_the_portal_on_a_phone(browser: Browser, address: str, link: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}/contacts/portal/enter")
    assert violations(page) == []
    _seen(page, "portal_enter")
    page.goto(link)
    assert violations(page) == []
    _seen(page, "portal_link")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Welcome").wait_for()
    assert violations(page) == []
    _fits(page)
    _seen(page, "portal_home")
    page.get_by_role("button", name="Cedar House").click()
    page.get_by_role("button", name="Leave the portal").click()
    page.wait_for_url("**/enter")
    page.goto(link)
    page.get_by_text("This link does not work any more.").wait_for()
    _seen(page, "portal_spent")
    context.close()
