"""A clerk writes orders in a real browser: keys, lookups, lines, sums; at a desk, on a phone.

The pages are the shop's, served over a real socket; what is saved is read back from the database.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect
from sqlalchemy import select

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.chrome import violations
from tests.fake_addons.showcase.shop.models import Customer, Order, Product
from tests.workspace.conftest import Hire, sit_down

pytestmark = pytest.mark.browser

LINES = "[data-lines=lines]"


@pytest.fixture(scope="module")
def goods(kernel: Kernel, store: Tenant) -> None:
    """Two customers, two products, one order."""
    with kernel.session(store) as session:
        amal = Customer(name="Amal Trading", city="Jeddah")
        session.add_all(
            [
                amal,
                Customer(name="Amina Stores"),
                Product(code="P1", name="Paper", price=Decimal("12.50")),
                Product(code="P2", name="Pens", price=Decimal(3)),
            ]
        )
        session.flush()


@pytest.fixture
def page(desk: Page, address: str, goods: None) -> Page:
    """The list of orders at a desk."""
    desk.goto(f"{address}/shop/orders")
    return desk


def test_an_order_is_written_with_the_keyboard_alone(
    page: Page, kernel: Kernel, store: Tenant
) -> None:
    page.keyboard.press("n")
    page.get_by_label("Number").fill("K-1")
    page.get_by_label("Customer").press_sequentially("ama")
    expect(page.locator(".lookup-option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Customer")).to_have_value("Amal Trading")

    rows = page.locator(f"{LINES} tbody tr")
    first = rows.first
    first.get_by_label("Product").press_sequentially("pap")
    expect(page.locator(".lookup-option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    first.get_by_label("Quantity").fill("2")
    first.get_by_label("Price").fill("1,250.50")
    count = rows.count()
    for _ in range(count):  # to the next line, and past the last one to a new one
        page.keyboard.press("Enter")
    expect(rows).to_have_count(count + 1)
    rows.last.get_by_label("Product").press_sequentially("P2")
    expect(page.locator(".lookup-option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    rows.last.get_by_label("Quantity").fill("0.10")
    rows.last.get_by_label("Price").fill("0.2")
    expect(page.locator(f"{LINES} [data-total=price]")).to_have_text("1,250.70")

    page.keyboard.press("Control+s")
    expect(page.locator("main")).to_contain_text("K-1 was created.")
    with kernel.session(store) as session:
        order = session.scalars(select(Order).where(Order.number == "K-1")).one()
        assert [(line.quantity, line.price) for line in order.lines] == [
            (Decimal(2), Decimal("1250.50")),
            (Decimal("0.10"), Decimal("0.2")),
        ]


def test_lines_are_added_and_removed_and_the_sums_follow(page: Page) -> None:
    page.get_by_role("link", name="New").click()
    rows = page.locator(f"{LINES} tbody tr")
    count = rows.count()
    page.get_by_role("button", name="Add a line").click()
    expect(rows).to_have_count(count + 1)
    rows.last.get_by_label("Price").fill("-٣.٥")
    rows.first.get_by_label("Price").fill("10")
    total = page.locator(f"{LINES} [data-total=price]")
    expect(total).to_have_text("6.5")

    rows.first.get_by_label("Price").press("Control+Delete")
    expect(rows).to_have_count(count)
    expect(total).to_have_text("-3.5")
    names = rows.last.locator("input").evaluate_all("inputs => inputs.map((input) => input.name)")
    assert all(name.startswith(f"lines.{count}.") for name in names)


def test_a_changed_form_is_not_left_by_accident(page: Page) -> None:
    page.route("**/draft", lambda route: None)  # on its way, so that it is kept nowhere yet
    page.get_by_role("link", name="New").click()
    page.get_by_label("Number").fill("half written")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_label("Number")).to_have_value("half written")
    assert asked == ["beforeunload"]
    page.once("dialog", Dialog.accept)


def test_typing_searches_and_a_row_leads_to_its_record(
    page: Page, kernel: Kernel, store: Tenant
) -> None:
    with kernel.session(store) as session:
        customer = session.scalars(select(Customer).where(Customer.city == "Jeddah")).one()
        for number in ("R-1", "S-2"):
            session.add(Order(number=number, customer=customer, date=customer.created_at.date()))
    page.reload()
    page.keyboard.press("/")
    page.keyboard.type("R-1")
    rows = page.locator("#results tbody tr")
    expect(rows).to_have_count(1)
    rows.locator("td").nth(1).click()
    expect(page.locator("h1")).to_have_text("R-1")


@pytest.mark.parametrize("locale", ["en-GB", "ar"])
def test_pages_fit_a_phone_and_everybody_can_use_them(
    browser: Browser, address: str, hire: Hire, locale: str
) -> None:
    page = sit_down(browser, address, hire(language=locale), width=360, locale=locale)
    for path in ("/shop/orders", "/shop/orders/new", "/shop/customers/new"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert violations(page) == [], path
    page.context.close()
