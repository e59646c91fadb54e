"""A manager tries a promotion before it begins; a salesperson types a coupon, takes the gift that
is offered, and sees why the order costs what it costs. The pages suit a telephone, Arabic and the
dark; the API and files know promotions too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from addons.sales.services.coupons.batches import create_batch
from addons.sales.services.promotions.keeping import create_promotion
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.chrome import served, violations
from tests.sales.conftest import Shop
from tests.workspace.conftest import Person, hired, sit_down

D = Decimal


@dataclass(frozen=True)
class Spring:
    """What is there in spring: an order of tea, a promotion with a coupon, and a gift."""

    order: int
    promotion: int
    batch: int


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "promodesk", addons=("sales",)) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def spring(kernel: Kernel, tenant: Tenant) -> Spring:
    with kernel.session(tenant) as session:
        shop = Shop(session)
        tea = shop.product("12.50", name="Ceylon tea", sku="TEA")
        cup = shop.product("8", name="Cup", sku="CUP")
        tenth = create_promotion(
            session,
            {
                "name": "A tenth off tea",
                "kind": "percent",
                "needs_coupon": True,
                "tiers": [{"min_quantity": D(4), "percent": D(10)}],
                "targets": [{"product_id": tea}],
            },
        )
        tier = {"min_amount": D(80), "get_quantity": D(1), "product_id": cup}
        create_promotion(session, {"name": "A cup for you", "kind": "gift", "tiers": [tier]})
        made = create_batch(
            session,
            {
                "name": "Spring",
                "promotion_id": tenth.id,
                "kind": "shared",
                "code": "SPRING26",
                "max_uses": 100,
            },
        )
        customer = shop.customer(name="Al Noor Trading")
        order = shop.order({"product_id": tea, "quantity": D(8)}, contact_id=customer)
        return Spring(order.id, tenth.id, made.id)


@pytest.fixture(scope="module")
def manager(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


@pytest.fixture(scope="module")
def address(kernel: Kernel, tenant: Tenant) -> Iterator[str]:
    app = Application(kernel)
    with served(app) as port:
        yield f"http://{tenant.slug}.localhost:{port}"
    app.close()


@pytest.fixture
def desk(browser: Browser, address: str, manager: Person) -> Iterator[Page]:
    page = sit_down(browser, address, manager)
    yield page
    page.context.close()


def test_a_promotion_is_tried_and_a_coupon_and_a_gift_come_onto_the_order(
    desk: Page, address: str, spring: Spring
) -> None:
    desk.goto(f"{address}/sales/promotions/{spring.promotion}")
    assert violations(desk) == []
    desk.get_by_role("link", name="Try it on a basket").click()
    desk.get_by_label("Quantity").first.fill("3")
    desk.get_by_role("button", name="Try it").click()
    expect(desk.get_by_text("It begins at a quantity of 4; here are 3.")).to_be_visible()
    desk.get_by_label("Quantity").first.fill("8")
    desk.get_by_role("button", name="Try it").click()
    expect(desk.get_by_role("row", name="TEA Ceylon tea")).to_contain_text("90.00")
    expect(desk.get_by_text("Free for this customer:")).to_be_visible()
    assert violations(desk) == []

    desk.goto(f"{address}/sales/orders/{spring.order}")
    assert violations(desk) == []
    desk.get_by_label("Code of a coupon").fill("spring-27")
    desk.get_by_role("button", name="Use it").click()
    expect(desk.get_by_text("There is no coupon SPRING27.")).to_be_visible()
    desk.get_by_label("Code of a coupon").fill("spring-26")
    desk.get_by_role("button", name="Use it").click()
    expect(desk.get_by_text("It holds by coupon SPRING26.")).to_be_visible()
    assert violations(desk) == []
    desk.get_by_role("button", name="Put it on the order").click()
    expect(desk.get_by_text("The gift is on the order.")).to_be_visible()
    expect(desk.get_by_role("row", name="Cup").first).to_contain_text("A cup for you")
    desk.locator("main").get_by_role("link", name="Back").click()
    desk.get_by_role("button", name="Confirm").click()
    expect(desk.get_by_text("Confirmed as SO/")).to_be_visible()
    desk.goto(f"{address}/sales/promoted-lines")
    expect(desk.get_by_role("row", name="A tenth off tea")).to_contain_text("10.00")
    desk.goto(f"{address}/sales/coupon-batches/{spring.batch}")
    expect(desk.get_by_text("Used: 1 of 100")).to_be_visible()


def test_the_pages_suit_a_telephone_arabic_and_the_dark(
    browser: Browser, address: str, manager: Person, spring: Spring
) -> None:
    page = sit_down(browser, address, manager, width=360, locale="ar-SA")
    page.emulate_media(color_scheme="dark")
    for path in (
        f"promotions/{spring.promotion}",
        f"promotions/{spring.promotion}/edit",
        f"promotions/{spring.promotion}/try",
        f"coupon-batches/{spring.batch}",
        f"orders/{spring.order}/prices",
    ):
        page.goto(f"{address}/sales/{path}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, (path, width)
        assert violations(page) == [], path
    page.context.close()


def test_promotions_and_coupons_by_the_api_and_as_a_file(manager: Person) -> None:
    body = {
        "name": "Evening",
        "kind": "bundle",
        "tiers": [{"amount": "20"}],
        "from_time": "17:00",
        "until_time": "19:00",
    }
    refused = manager.api.post("/api/v1/sales/promotions", json=body)
    assert (refused.status_code, "targets" in refused.text) == (422, True)
    body |= {"kind": "amount", "needs_coupon": True}
    made = manager.api.post("/api/v1/sales/promotions", json=body)
    assert made.status_code == 201, made.text
    batch = {"name": "Evening", "promotion_id": made.json()["id"], "size": 5, "prefix": "EV"}
    answer = manager.api.post("/api/v1/sales/coupon-batches", json=batch)
    assert answer.status_code == 201, answer.text
    file = manager.http.get(f"/sales/coupons/export.csv?batch_id={answer.json()['id']}")
    codes = [row.split(",")[0] for row in file.content.decode("utf-8-sig").splitlines()[1:]]
    assert [code.startswith("EV") for code in codes] == [True] * 5
