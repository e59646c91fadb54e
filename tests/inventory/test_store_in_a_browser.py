"""A storekeeper scans a receipt in on a telephone without touching anything but the scanner's keys,
and counts a shelf; every page serves everybody, in the dark and in Arabic."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from addons.catalog.models import Product
from addons.catalog.services.labels.designs import create_design
from addons.inventory.services.operations_sample import fill_operations
from addons.inventory.services.packages.standing import create_package
from addons.inventory.services.places import create_location
from core.auth.credentials import SESSION_COOKIE
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.chrome import launched, served, violations
from tests.inventory import operations as store


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def port(kernel: Kernel) -> Iterator[int]:
    app = Application(kernel)
    with served(app) as port:
        yield port
    app.close()


@pytest.fixture(scope="module")
def receipt(kernel: Kernel, tenant: Tenant) -> tuple[int, str, str]:
    """A receipt of tea and of telephones with serial numbers, and the codes of both."""
    with kernel.session(tenant) as session:
        for name in ("Almonds", "Basmati rice", "Cardamom", "Dates", "Saffron"):
            store.make_product(session, name)
        fill_operations(session)
        tea = store.make_product(session, "Tea from the hills")
        phone = store.make_product(session, "Telephone", tracking="serial")
        store.expect(session, "receipt", 77, (tea, "3", "2"), (phone, "1", "90"))
        codes = {
            row.id: row.sku
            for row in session.execute(
                select(Product.id, Product.sku).where(Product.id.in_((tea, phone)))
            )
        }
        return store.transfers(session, 77)[0].id, codes[tea], codes[phone]


@pytest.fixture
def telephone(
    kernel: Kernel, transport: AppTransport, tenant: Tenant, browser: Browser, port: int
) -> Iterator[Page]:
    """A storekeeper's telephone; at the end no script has failed."""
    host = f"{tenant.slug}.localhost"
    with ExitStack() as stack:
        http = stack.enter_context(open_browser(transport, host))
        sign_in(kernel, tenant, http, ["inventory.manager", "catalog.manager"])
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, base_url=f"http://{host}:{port}"
        )
        stack.callback(context.close)
        secret = http.cookies[SESSION_COOKIE]
        context.add_cookies(
            [{"name": SESSION_COOKIE, "value": secret, "url": f"https://{host}:{port}",
              "secure": True}]
        )  # fmt: skip
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        assert complaints == []


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("AORABOOKS_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"store-{name}.png", full_page=True)


def _fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_receipt_is_scanned_in_by_keys_alone(
    telephone: Page, receipt: tuple[int, str, str]
) -> None:
    transfer, tea, phone = receipt
    telephone.goto(f"/inventory/transfers/{transfer}/handling")
    telephone.wait_for_load_state("networkidle")
    expect(telephone.locator("#stock-code")).to_be_focused()
    _picture(telephone, "work")
    assert _fits(telephone)
    assert violations(telephone) == []
    # A scanner types faster than any answer comes.
    for code in (tea, tea, tea, phone, "SN-0001"):
        telephone.keyboard.type(code)
        telephone.keyboard.press("Enter")
    expect(telephone.locator("#stock-lines .status-good")).to_have_count(2)
    expect(telephone.locator("#stock-code")).to_be_focused()
    telephone.keyboard.type(tea)
    telephone.keyboard.press("Enter")
    expect(telephone.locator("#stock-lines [role=alert]")).to_be_visible()
    _picture(telephone, "scanned")
    assert violations(telephone) == []
    telephone.get_by_role("button", name="Done", exact=True).click()
    telephone.wait_for_url(f"**/inventory/transfers/{transfer}")
    expect(telephone.locator("h1")).to_contain_text("IN/")


def test_the_pages_of_the_store_serve_everybody(
    telephone: Page, receipt: tuple[int, str, str]
) -> None:
    for width, scheme in ((360, "light"), (1280, "dark")):
        telephone.set_viewport_size({"width": width, "height": 800})
        telephone.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for name in (
            "overview",
            "to-order",
            "counts/1/sheet",
            "forecast/1",
            "transfers",
            "stock",
            "batch-gathering",
            "packages",
        ):
            telephone.goto(f"/inventory/{name}")
            telephone.wait_for_load_state("networkidle")
            _picture(telephone, f"{name.replace('/', '-')}-{width}")
            assert _fits(telephone), name
            assert violations(telephone) == [], name


def test_a_parcel_is_packed_and_moved_by_scanning_alone(
    telephone: Page, kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        rice = store.make_product(session, "Rice from the plain")
        store.receive(session, rice, "4")
        stock = store.place(session, "WH/Stock")
        create_location(session, {"parent_id": stock, "name": "P-07", "barcode": "BIN-P-07"})
        store.expect(session, "delivery", 78, (rice, "2"))
        delivery = store.transfers(session, 78)[0].id
        goods = {"product_id": rice, "quantity": Decimal(2)}
        pallet = create_package(session, {"location_id": stock, "items": (goods,)}).number
        sku = session.scalars(select(Product.sku).where(Product.id == rice)).one()
    telephone.goto("/inventory/package-scan")
    telephone.wait_for_load_state("networkidle")
    for code in (pallet, "BIN-P-07"):
        telephone.keyboard.type(code)
        telephone.keyboard.press("Enter")
    expect(telephone.locator("#package-found [role=status]")).to_contain_text("WH/Stock/P-07")
    _picture(telephone, "package-scan")
    assert _fits(telephone)
    assert violations(telephone) == []
    telephone.goto(f"/inventory/transfers/{delivery}/handling")
    telephone.wait_for_load_state("networkidle")
    telephone.get_by_role("button", name="New package").click()
    expect(telephone.get_by_text("Being filled")).to_be_visible()
    telephone.locator("#stock-code").focus()
    for code in (sku, sku):
        telephone.keyboard.type(code)
        telephone.keyboard.press("Enter")
    expect(telephone.locator("#stock-lines .bi-box-seam")).to_have_count(2)
    _picture(telephone, "packing")
    assert _fits(telephone)
    assert violations(telephone) == []
    telephone.get_by_role("button", name="Done", exact=True).click()
    telephone.wait_for_url(f"**/inventory/transfers/{delivery}")
    telephone.get_by_role("heading", name="Packages").wait_for()
    telephone.goto("/inventory/packages?sort=-id")
    telephone.get_by_role("link", name="PK", exact=False).first.click()
    expect(telephone.get_by_text("What became of it")).to_be_visible()
    _picture(telephone, "package")
    assert violations(telephone) == []


def test_a_label_is_designed_by_keys_and_by_pointer(
    telephone: Page, kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        store.make_product(session, "Tea for the label")
        values = {"name": "Roll", "kind": "product", "width": 50, "height": 30}
        design = create_design(session, values).id
    telephone.set_viewport_size({"width": 1280, "height": 800})
    telephone.goto(f"/catalog/label-designs/{design}/designer")
    telephone.wait_for_load_state("networkidle")
    frames = telephone.locator("[data-canvas] button")
    before = frames.count()
    telephone.get_by_role("button", name="Text", exact=True).click()
    expect(frames).to_have_count(before + 1)
    telephone.locator("#el-text").fill("")
    telephone.locator("#el-field").select_option("price")
    expect(telephone.locator("#el-text")).to_have_value("{price}")
    frames.last.focus()
    telephone.keyboard.press("ArrowDown")
    telephone.keyboard.press("Alt+ArrowRight")
    expect(telephone.locator("#el-y")).to_have_value("1.5")
    expect(telephone.locator("#el-x")).to_have_value("1.1")
    box = frames.last.bounding_box()
    assert box is not None
    telephone.mouse.move(box["x"] + 20, box["y"] + 8)
    telephone.mouse.down()
    telephone.mouse.move(box["x"] + 120, box["y"] + 188, steps=4)
    telephone.mouse.up()
    expect(telephone.locator("#el-y")).not_to_have_value("1.5")
    expect(telephone.locator("[data-canvas] img")).to_have_attribute("src", re.compile("^data:"))
    _picture(telephone, "designer")
    assert violations(telephone) == []
    telephone.set_viewport_size({"width": 360, "height": 800})
    _picture(telephone, "designer-360")
    assert _fits(telephone)
    telephone.get_by_role("button", name="Save", exact=True).click()
    telephone.wait_for_url(f"**/catalog/label-designs/{design}")
    telephone.goto("/catalog/labels/print?kind=product")
    telephone.wait_for_load_state("networkidle")
    telephone.locator("#label-find").fill("Tea for the label")
    telephone.keyboard.press("Enter")
    expect(telephone.locator("[data-label-rows] input")).to_have_value("1")
    _picture(telephone, "label-print")
    assert _fits(telephone)
    assert violations(telephone) == []
