"""A seller confirms an order that a supplier delivers, follows it to the buyer's desk, places it
and notes its arrival; both pages say who waits for whom. And the lists of what lies elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from addons.catalog.api import get_products
from addons.contacts.api import add_contact
from addons.inventory.services.consigned_sample import fill_consigned
from addons.purchases.services.agreements.price_lists import create_price
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.chrome import served, violations
from tests.sales.conftest import Shop, stocked
from tests.workspace.conftest import Person, hired, sit_down


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "direct", addons=("sales", "purchases", "inventory")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def order(kernel: Kernel, tenant: Tenant) -> int:
    """A quotation for tea that its supplier delivers; and goods that lie elsewhere."""
    with kernel.session(tenant) as session:
        shop = Shop(session)
        supplier = add_contact(session, {"name": "Eastern Supplies", "is_supplier": True}).id
        tea = shop.product("12.50", name="Ceylon tea", sku="TEA")
        price = {"contact_id": supplier, "product_id": tea, "price": Decimal(8), "direct": True}
        create_price(session, price)
        place = {"street": "King Fahd Road", "city": "Riyadh", "country": "SA"}
        customer = shop.customer(name="Al Noor Trading", **place)
        shop.customer(name="Cedar House")
        rice = shop.product("20", name="Basmati rice", sku="RICE")
        stocked(session, rice, "50", "12")
        fill_consigned(session, [get_products(session, [rice])[rice]])
        line = {"product_id": tea, "quantity": Decimal(8)}
        return shop.order(line, contact_id=customer).id


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


@pytest.mark.browser
def test_both_desks_say_who_waits_for_whom(
    browser: Browser, address: str, seller: Person, order: int
) -> None:
    desk = sit_down(browser, address, seller)
    desk.goto(f"{address}/sales/orders/{order}")
    desk.get_by_role("button", name="Confirm", exact=True).click()
    beside = desk.get_by_role("region", name="From suppliers")
    expect(beside).to_contain_text("Not ordered yet")
    _sound(desk)
    beside.get_by_role("link").click()
    card = desk.get_by_role("region", name="Straight to a customer")
    expect(card).to_contain_text("King Fahd Road")
    expect(card).to_contain_text("The customer waits for this order")
    _sound(desk)
    desk.get_by_role("button", name="Place the order").click()
    expect(card).to_contain_text("Ceylon tea")
    desk.goto(f"{address}/sales/orders/{order}")
    expect(beside).to_contain_text("Waits for the supplier")
    desk.locator("main").get_by_role("link", name="Deliver everything").click()
    desk.locator("main").get_by_role("button", name="Deliver everything").click()
    expect(beside).to_contain_text("All of it arrived")
    for path, said in (
        ("inventory/lent-goods", "Eastern Supplies"),
        ("purchases/used-goods", "Basmati rice"),
    ):
        desk.goto(f"{address}/{path}")
        expect(desk.get_by_role("table")).to_contain_text(said)
        _sound(desk)
    desk.context.close()


def _sound(desk: Page) -> None:
    assert violations(desk) == []
