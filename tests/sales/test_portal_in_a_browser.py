"""A customer signs a quotation by hand, and the staff sees the evidence of it. The pages suit a
telephone, Arabic and the dark, and hold to what axe asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from addons.contacts.models import PortalAccess
from addons.contacts.services.portal import sessions
from addons.sales.models import DocumentView, OrderAnswer
from addons.sales.options import PortalOptions
from addons.sales.services.quoting import mark_sent
from core.addons.options import set_options
from core.auth.client import Client
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.chrome import served, violations
from tests.sales.conftest import Shop
from tests.workspace.conftest import hired, sit_down

BANK = "Bank of Riyadh; IBAN SA03 8000 0000 6080 1016 7519"


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "portaldesk", addons=("sales",)) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def address(kernel: Kernel, tenant: Tenant) -> Iterator[str]:
    app = Application(kernel)
    with served(app) as port:
        yield f"http://{tenant.slug}.localhost:{port}"
    app.close()


@pytest.fixture(scope="module")
def trade(kernel: Kernel, tenant: Tenant) -> dict[str, str]:
    """A quotation, an order on its way with an invoice that is late, and somebody inside."""
    with kernel.session(tenant) as session:
        set_options(session, PortalOptions, bank_details=BANK)
        shop = Shop(session)
        customer = shop.customer(name="Cedar Trading House", email="layla@cedar.example")
        line = {"product_id": shop.product("1250", name="Desk of oak"), "quantity": Decimal(4)}
        heading = {"kind": "section", "description": "Furniture"}
        option = {**line, "kind": "option", "quantity": Decimal(1)}
        terms = "Delivered within three weeks."
        quotation = shop.order(heading, line, option, contact_id=customer, terms=terms)
        mark_sent(session, quotation)
        order = shop.sold("10", "19.90", contact_id=customer, deliver_on=date(2026, 4, 1))
        invoice = shop.invoiced(shop.delivered(order, "4"))
        shop.paid(invoice, amount="20")
        access = PortalAccess(contact_id=customer, granted_by="test", granted_at=utc_now())
        session.add(access)
        session.flush()
        secret = sessions.begin(session, access.id, Client("203.0.113.7", "host"))
        return {
            "quotation": str(quotation.id),
            "order": str(order.id),
            "invoice": str(invoice.id),
            "secret": secret,
        }


def visit(browser: Browser, address: str, secret: str, *, locale: str, width: int) -> Page:
    """A browser inside the portal."""
    context = browser.new_context(viewport={"width": width, "height": 800}, locale=locale)
    secure = address.replace("http:", "https:")
    context.add_cookies([{"name": sessions.COOKIE, "value": secret, "url": secure, "secure": True}])
    return context.new_page()


def test_a_quotation_is_signed_by_hand_and_the_staff_sees_it(
    kernel: Kernel,
    tenant: Tenant,
    browser: Browser,
    address: str,
    trade: dict[str, str],
    transport: AppTransport,
) -> None:
    page = visit(browser, address, trade["secret"], locale="en-GB", width=1200)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/contacts/portal")
    assert violations(page) == []
    page.get_by_role("link", name="See all Quotations").click()
    page.get_by_role("link", name="SO/", exact=False).first.click()
    assert violations(page) == []
    page.get_by_label("Your full name").first.fill("Layla Haddad")
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 90)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 30, steps=4)
    page.mouse.move(box["x"] + 220, box["y"] + 100, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Accept for").click()
    expect(page.get_by_role("status").first).to_contain_text("is ordered")
    assert complaints == []
    page.context.close()
    with kernel.session(tenant) as session:
        answer = session.scalars(select(OrderAnswer)).one()
        assert answer.drawing is not None
        assert len(answer.drawing) > 500
        assert session.scalars(select(DocumentView)).first() is not None
    with ExitStack() as stack:
        desk = sit_down(browser, address, hired(stack, kernel, transport, tenant, None))
        desk.goto(f"{address}/sales/orders/{trade['quotation']}")
        desk.get_by_role("link", name="Evidence").click()
        assert violations(desk) == []
        desk.goto(f"{address}/sales/orders/{trade['order']}/customer")
        desk.get_by_role("button", name="Make a link").click()
        assert violations(desk) == []
        desk.context.close()


def test_the_pages_suit_a_telephone_arabic_and_the_dark(
    browser: Browser, address: str, trade: dict[str, str]
) -> None:
    page = visit(browser, address, trade["secret"], locale="ar-SA", width=360)
    page.emulate_media(color_scheme="dark")
    for path in (
        "/contacts/portal",
        "/sales/portal/invoices",
        "/sales/portal/statement",
        f"/sales/portal/orders/{trade['order']}",
        f"/sales/portal/invoices/{trade['invoice']}",
    ):
        page.goto(f"{address}{path}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, (path, width)
        assert violations(page) == [], path
    page.context.close()
