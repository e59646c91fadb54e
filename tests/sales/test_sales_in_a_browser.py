"""A salesperson at the desk confirms and delivers an order, invoices it and takes the money; the
pages suit a telephone, Arabic and the dark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from addons.sales.services.invoices import create_invoice
from addons.sales.services.posting import post_invoice
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.chrome import served, violations
from tests.sales.conftest import DAY, Shop
from tests.workspace.conftest import Person, hired, sit_down


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "salesdesk", addons=("sales",)) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def trade(kernel: Kernel, tenant: Tenant) -> dict[str, int]:
    """Two orders of a customer, and an invoice of one of them."""
    with kernel.session(tenant) as session:
        shop = Shop(session)
        customer = shop.customer(name="Al Noor Trading", email="noor@example.com")
        tea = shop.product("12.50", name="Ceylon tea", sku="TEA")
        option = {"product_id": tea, "quantity": Decimal(1), "kind": "option"}
        line = {"product_id": tea, "quantity": Decimal(8)}
        heading = {"kind": "section", "description": "Drinks"}
        quotation = shop.order(heading, line, option, contact_id=customer)
        order = shop.sold("10", "19.90", contact_id=customer)
        invoice = shop.invoiced(shop.delivered(order, "4"))
        shop.paid(invoice, amount="100")
        kept = {"retention_percent": Decimal(10), "retained_until": DAY + timedelta(days=365)}
        lines = [{"product_id": tea, "quantity": Decimal(80)}]
        works = {"contact_id": customer, "day": DAY, "lines": lines, **kept}
        return {
            "quotation": quotation.id,
            "order": order.id,
            "invoice": invoice.id,
            "works": post_invoice(session, create_invoice(session, works)).id,
            "customer": customer,
        }


@pytest.fixture(scope="module")
def address(kernel: Kernel, tenant: Tenant) -> Iterator[str]:
    app = Application(kernel)
    with served(app) as port:
        yield f"http://{tenant.slug}.localhost:{port}"
    app.close()


@pytest.fixture(scope="module")
def seller(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


@pytest.fixture
def desk(browser: Browser, address: str, seller: Person) -> Iterator[Page]:
    page = sit_down(browser, address, seller)
    complaints: list[str] = []

    def note_error(message: ConsoleMessage) -> None:
        # A refused form answers 422, which the browser notes by itself.
        if message.type == "error" and "422" not in message.text:
            complaints.append(message.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", note_error)
    yield page
    page.context.close()
    assert complaints == []


def test_an_order_is_confirmed_delivered_invoiced_and_paid_at_the_desk(
    desk: Page, address: str, trade: dict[str, int]
) -> None:
    desk.goto(f"{address}/sales/orders/{trade['quotation']}")
    assert violations(desk) == []
    desk.get_by_role("button", name="Take it").click()
    expect(desk.get_by_text("The option is part of the order now.")).to_be_visible()
    desk.get_by_role("button", name="Confirm").click()
    expect(desk.get_by_text("Confirmed as SO/")).to_be_visible()
    desk.get_by_role("link", name="Deliver in parts").click()
    expect(desk.get_by_label("Ceylon tea").first).to_be_focused()
    assert violations(desk) == []
    desk.keyboard.press("ControlOrMeta+a")
    desk.keyboard.type("9")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("8 of Ceylon tea are left to be delivered, not 9.")).to_be_visible()
    desk.get_by_label("Ceylon tea").first.fill("5")
    desk.get_by_role("button", name="Deliver", exact=True).click()
    expect(desk.get_by_role("status").first).to_contain_text("Delivered as DEL/")
    desk.get_by_role("link", name="Invoice…").click()
    assert violations(desk) == []
    desk.get_by_role("button", name="Write the draft").click()
    desk.locator("main").get_by_role("link", name="Post", exact=True).click()
    desk.locator("main").get_by_role("button", name="Post", exact=True).click()
    expect(desk.get_by_role("status").first).to_contain_text("Posted as INV/")
    desk.get_by_role("link", name="Take a payment").click()
    assert violations(desk) == []
    desk.get_by_role("button", name="Post the payment").click()
    expect(desk.get_by_role("status").first).to_contain_text("Paid by RCT/")


def test_the_pages_suit_a_telephone_arabic_and_the_dark(
    browser: Browser, address: str, seller: Person, trade: dict[str, int]
) -> None:
    page = sit_down(browser, address, seller, width=360, locale="ar-SA")
    page.emulate_media(color_scheme="dark")
    for path in (
        f"orders/{trade['order']}",
        f"orders/{trade['order']}/edit",
        f"orders/{trade['order']}/deliver",
        f"orders/{trade['order']}/invoice",
        f"orders/{trade['order']}/why/held",
        f"invoices/{trade['invoice']}/pay",
        f"invoices/{trade['invoice']}/credit",
        f"invoices/{trade['works']}",
        f"invoices/{trade['works']}/release",
        "invoicing",
    ):
        page.goto(f"{address}/sales/{path}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, (path, width)
        assert violations(page) == [], path
    page.context.close()
