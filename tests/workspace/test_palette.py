"""The palette in a browser: from the keyboard alone to any place, action or record."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.chrome import violations
from tests.fake_addons.showcase.shop.models import Customer, Order
from tests.workspace.conftest import Hire, sit_down

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def order_id(kernel: Kernel, store: Tenant) -> int:
    with kernel.session(store) as session:
        customer = Customer(name="Rahman Trading", city="Dhaka")
        order = Order(number="SO-26-0815", date=date(2026, 5, 1), customer=customer)
        session.add(order)
        session.flush()
        return order.id


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    expect(page.locator("#palette [role=option]").first).to_be_visible()


def test_a_record_is_reached_by_the_keyboard_alone(desk: Page, address: str) -> None:
    desk.goto(address)
    open_palette(desk)
    field = desk.get_by_role("combobox")
    expect(field).to_be_focused()
    field.type("rahmna")
    line = desk.get_by_role("option", name="Rahman Trading")
    expect(line).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", re.compile("palette-"))
    assert violations(desk) == []
    desk.keyboard.press("ArrowDown")
    expect(desk.get_by_role("option", name="SO-26-0815")).to_have_attribute("aria-selected", "true")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("SO-26-0815")


def test_where_one_was_lately_comes_first_and_only_addresses_are_kept(
    desk: Page, address: str, order_id: int
) -> None:
    desk.goto(f"{address}/shop/orders/{order_id}")
    desk.goto(address)
    open_palette(desk)
    lately = desk.get_by_role("group", name="Lately")
    expect(lately.get_by_role("option").first).to_contain_text("SO-26-0815")
    assert "SO-26" not in desk.evaluate("JSON.stringify({...localStorage})")


def test_the_actions_of_the_record_in_view_are_run_from_the_palette(
    desk: Page, address: str, order_id: int
) -> None:
    desk.goto(f"{address}/shop/orders/{order_id}")
    open_palette(desk)
    here = desk.get_by_role("group", name="On this page")
    expect(here.get_by_role("option", name="Edit")).to_be_visible()
    desk.get_by_role("combobox").type("edit")
    desk.get_by_role("option", name="Edit", exact=True).click()
    desk.wait_for_url("**/edit")


def test_dark_is_chosen_and_the_palette_closed_from_the_palette(desk: Page, address: str) -> None:
    desk.goto(address)
    open_palette(desk)
    desk.keyboard.type("dark")
    expect(desk.get_by_role("option", name="Dark")).to_have_attribute("aria-selected", "true")
    desk.keyboard.press("Enter")
    expect(desk.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(desk.locator("#palette")).not_to_be_visible()
    open_palette(desk)
    assert violations(desk) == []
    desk.keyboard.press("Escape")
    expect(desk.locator("#palette")).not_to_be_visible()


def test_what_is_found_nowhere_is_said(desk: Page, address: str) -> None:
    desk.goto(address)
    open_palette(desk)
    desk.keyboard.type("qqqqzzzz")
    expect(desk.locator("#palette .empty-state")).to_contain_text("Nothing was found")
    expect(desk.locator("#palette [role=status]")).to_contain_text("Nothing was found")


def test_on_an_arabic_phone_the_palette_fills_the_screen(
    browser: Browser, address: str, hire: Hire
) -> None:
    page = sit_down(browser, address, hire({"shop.order.read": "all"}), width=360, locale="ar")
    page.goto(address)
    page.locator("[data-palette-open]").click()
    expect(page.locator("#palette [role=option]").first).to_be_visible()
    box = page.locator("#palette").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 360)
    page.get_by_role("combobox").type("٠٨١٥")
    expect(page.get_by_role("option", name="SO-26-0815")).to_be_visible()
    assert violations(page) == []
    page.context.close()


def test_signing_out_from_the_palette_ends_the_session(
    browser: Browser, address: str, hire: Hire
) -> None:
    page = sit_down(browser, address, hire())
    page.goto(address)
    open_palette(page)
    page.keyboard.type("sign out")
    page.get_by_role("option", name="Sign out").click()
    page.wait_for_url("**/login*")
    page.context.close()
