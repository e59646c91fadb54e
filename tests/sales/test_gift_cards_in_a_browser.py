"""At the desk gift cards are sold, handed out and paid with, and points are adjusted and used; the
pages suit a telephone, Arabic and the dark."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from addons.sales.services.loyalty.programs import create_program
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.chrome import served, violations
from tests.sales.conftest import Shop
from tests.workspace.conftest import Person, hired, sit_down


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "carddesk", addons=("sales",)) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def trade(kernel: Kernel, tenant: Tenant) -> dict[str, int]:
    """A customer with points, and an invoice of hers that is open."""
    with kernel.session(tenant) as session:
        shop = Shop(session)
        create_program(
            session,
            {"name": "Tea club", "currency": "USD", "point_value": Decimal("0.5"), "months": 1200},
        )
        customer = shop.customer(name="Layla Hassan", email="layla@example.com")
        tea = {"product_id": shop.product("500", name="Ceylon tea"), "quantity": Decimal(1)}
        order = shop.confirmed([tea], contact_id=customer)
        invoice = shop.invoiced(shop.delivered(order))
        return {"customer": customer, "invoice": invoice.id}


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


def test_a_card_is_sold_handed_out_and_pays_and_so_do_points(
    browser: Browser, address: str, seller: Person, trade: dict[str, int]
) -> None:
    desk = sit_down(browser, address, seller)
    desk.goto(f"{address}/sales/sell-gift-cards?contact_id={trade['customer']}")
    assert violations(desk) == []
    desk.get_by_label("Amount of each").fill("100")
    desk.get_by_label("Recipient").fill("Omar")
    desk.get_by_role("button", name="Write the invoice").click()
    desk.locator("main").get_by_role("link", name="Post", exact=True).click()
    desk.locator("main").get_by_role("button", name="Post", exact=True).click()
    desk.get_by_role("link", name="Take a payment").click()
    desk.get_by_role("button", name="Post the payment").click()
    desk.goto(f"{address}/sales/gift-cards")
    desk.get_by_role("link", name="GC/").click()
    _look(desk, "card")
    desk.get_by_role("link", name="Hand out").click()
    assert violations(desk) == []
    desk.get_by_role("button", name="Show the code").click()
    code = desk.locator("#code").inner_text()
    assert violations(desk) == []
    _look(desk, "code")

    desk.goto(f"{address}/sales/invoices/{trade['invoice']}/pay")
    assert violations(desk) == []
    _look(desk, "pay")
    desk.get_by_label("Code of the gift card").fill("0000 0000 0000 0001")
    desk.get_by_role("button", name="Pay with the card").click()
    expect(desk.get_by_text("This is no code of a gift card.")).to_be_visible()
    desk.get_by_label("Code of the gift card").fill(code.lower())
    desk.get_by_role("button", name="Pay with the card").click()
    expect(desk.get_by_role("status").first).to_contain_text("Paid by RCT/")
    desk.get_by_role("link", name="Take a payment").click()
    desk.get_by_label("Points").fill("30")
    desk.get_by_role("button", name="Pay with points").click()
    expect(desk.get_by_role("status").first).to_contain_text("Paid by RCT/")
    desk.goto(f"{address}/sales/loyalty-accounts")
    desk.get_by_role("link", name="Layla Hassan").first.click()
    expect(desk.get_by_text("Statement of points")).to_be_visible()
    _look(desk, "points")
    desk.get_by_role("link", name="Adjust").click()
    desk.get_by_label("Points").fill("-5")
    desk.get_by_label("Reason").fill("Typed wrongly")
    desk.get_by_role("button", name="Adjust").click()
    expect(desk.get_by_role("status").first).to_contain_text("Done")
    desk.context.close()


def test_the_pages_suit_a_telephone_arabic_and_the_dark(
    browser: Browser, address: str, seller: Person, trade: dict[str, int]
) -> None:
    page = sit_down(browser, address, seller, width=360, locale="ar-SA")
    page.emulate_media(color_scheme="dark")
    for path in (
        "sell-gift-cards",
        "gift-cards",
        "gift-cards/1",
        "gift-cards/1/change/adjust",
        "gift-cards/new",
        "loyalty-accounts/1",
        "loyalty-accounts/1/adjust",
        "loyalty-programs/1",
        f"invoices/{trade['invoice']}/pay",
    ):
        page.goto(f"{address}/sales/{path}")
        _look(page, "ar-" + path.replace("/", "-"))
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, (path, width)
        assert violations(page) == [], path
    page.context.close()


def _look(page: Page, name: str) -> None:
    if "LOOK" in os.environ:
        page.screenshot(path=Path(os.environ["LOOK"]) / f"{name}.png", full_page=True)
