"""A storekeeper at the desk and with a telephone in the aisle: makes variants by keyboard, looks up
a barcode, in Arabic and in the dark, too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from sqlalchemy import select

from addons.catalog.models import Product
from addons.catalog.services.pictures import add_picture
from addons.catalog.services.sample import fill
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.catalog.test_pages import PNG
from tests.chrome import launched, served, violations
from tests.workspace.conftest import Person, hired, sit_down


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A company with the products of the sample."""
    with fresh_tenant(kernel, "catalogdesk") as tenant:
        with kernel.session(tenant) as session:
            fill(session)
            shirt = session.scalars(select(Product).where(Product.sku == "SHIRT-W-M")).one()
            add_picture(session, shirt, PNG, "shirt.png")
        yield tenant


@pytest.fixture(scope="module")
def ids(kernel: Kernel, tenant: Tenant) -> dict[str, int]:
    """Products by their codes, and the shirts' template."""
    with kernel.session(tenant) as session:
        found = {p.sku: p.id for p in session.scalars(select(Product))}
        shirt = session.get_one(Product, found["SHIRT-W-M"])
        return {**found, "template": shirt.template_id}


@pytest.fixture(scope="module")
def address(kernel: Kernel, tenant: Tenant) -> Iterator[str]:
    app = Application(kernel)
    with served(app) as port:
        yield f"http://{tenant.slug}.localhost:{port}"
    app.close()


@pytest.fixture(scope="module")
def keeper(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


@pytest.fixture
def desk(browser: Browser, address: str, keeper: Person) -> Iterator[Page]:
    page = sit_down(browser, address, keeper)
    complaints: list[str] = []

    def note_error(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", note_error)
    yield page
    page.context.close()
    assert complaints == []


def test_a_variant_is_made_by_keyboard(desk: Page, address: str, ids: dict[str, int]) -> None:
    desk.goto(f"{address}/catalog/templates/{ids['template']}")
    desk.get_by_role("link", name="Show and make variants").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("3 of 4 possible variants were made.")).to_be_visible()
    for value in ("Blue", "L"):
        desk.get_by_role("checkbox", name=value, exact=True).focus()
        desk.keyboard.press("Space")
    desk.get_by_role("button", name="Make these variants").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Work shirt (Blue, L)")
    desk.goto(f"{address}/catalog/templates/{ids['template']}/variants")
    expect(desk.get_by_text("4 of 4 possible variants were made.")).to_be_visible()
    assert violations(desk) == []


def test_a_barcode_is_looked_up_with_one_key_after_the_scanner(desk: Page, address: str) -> None:
    desk.goto(f"{address}/catalog/scan")
    expect(desk.get_by_label("Barcode or product code")).to_be_focused()
    desk.keyboard.type("(01)06291041500213(10)A7(17)271231")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("link", name="RICE-5 Basmati rice 5 kg")).to_be_visible()
    expect(desk.get_by_text("A7", exact=True)).to_be_visible()
    assert violations(desk) == []


def test_the_pages_suit_a_telephone_arabic_and_the_dark(
    browser: Browser, address: str, keeper: Person, ids: dict[str, int]
) -> None:
    page = sit_down(browser, address, keeper, width=360, locale="ar-SA")
    page.emulate_media(color_scheme="dark")
    for path in (
        f"products/{ids['SHIRT-W-M']}",
        f"templates/{ids['template']}/variants",
        "scan?code=RICE-5",
        "pictures/import",
    ):
        page.goto(f"{address}/catalog/{path}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, (path, width)
        assert violations(page) == [], path
    page.context.close()
