"""Somebody works in a list all day: chooses columns, filters, groups, saves a view, shares it, lets
it open first, exports it; with the mouse, with the keyboard, on a phone, in Arabic."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.chrome import violations
from tests.workspace.conftest import Hire, sit_down
from tests.workspace.sales import add_orders


@pytest.fixture(scope="module", autouse=True)
def customers(kernel: Kernel, store: Tenant) -> dict[str, int]:
    return add_orders(kernel, store)


def panel(page: Page, name: str) -> None:
    """Open one of the list's panels."""
    page.locator(f"[data-panel={name}]").first.click()
    expect(page.locator(f"[data-panel-name={name}]")).to_be_visible()


def heads(page: Page) -> list[str]:
    return page.locator("th[data-column]").evaluate_all("all => all.map(th => th.dataset.column)")


def test_choose_group_save_share_default_export(
    desk: Page, address: str, browser: Browser, hire: Hire
) -> None:
    desk.goto(f"{address}/shop/orders")
    # Columns: one more, one less, another order, at once in the list behind the panel.
    panel(desk, "columns")
    desk.get_by_role("checkbox", name="City").check()
    expect(desk.locator("th[data-column='customer.city']")).to_be_visible()
    desk.get_by_role("checkbox", name="Currency").uncheck()
    expect(desk.locator("th[data-column='currency']")).to_have_count(0)
    desk.get_by_role("button", name="Move Total forward").click()
    expect(desk.locator("th[data-column]").nth(3)).to_have_attribute("data-column", "total")
    assert violations(desk) == []
    desk.keyboard.press("Escape")
    expect(desk.locator(".list-panel-box")).to_have_count(0)
    # A filter of several values, its chip, and a change of it.
    panel(desk, "filter")
    desk.locator(".list-panel-box").get_by_role("link", name="Status", exact=True).click()
    desk.get_by_role("checkbox", name="Draft").check()
    desk.get_by_role("checkbox", name="Confirmed").check()
    desk.get_by_role("button", name="Apply").click()
    expect(desk.locator(".list-chip").first).to_contain_text("Status: Draft, Confirmed")
    assert "status=draft&status=confirmed" in desk.url
    # Groups, opened by mouse and keyboard; a second click closes what was fetched.
    panel(desk, "group")
    desk.locator(".list-panel-box").get_by_role("link", name="Customer", exact=True).click()
    opener = desk.locator(".row-group-open").first
    expect(opener).to_contain_text("Amber")
    opener.click()
    expect(desk.locator("tr[data-href]").first).to_be_visible()
    rows = desk.locator("tr[data-href]:visible").count()
    assert str(rows) == desk.locator(".row-group-count").first.text_content()
    assert violations(desk) == []
    opener.focus()
    desk.keyboard.press("ArrowLeft")
    expect(desk.locator("tr[data-href]:visible")).to_have_count(0)
    desk.keyboard.press("ArrowRight")
    expect(desk.locator("tr[data-href]:visible")).to_have_count(rows)
    # All of it as a view, shared, and opening first.
    state, columns = desk.url, heads(desk)
    panel(desk, "save")
    assert violations(desk) == []
    desk.get_by_label("Name of the view").fill("Open by customer")
    desk.get_by_label("Everybody who sees this list may use it").check()
    desk.get_by_label("Open it first for me").check()
    desk.get_by_role("button", name="Save").first.click()
    tab = desk.locator(".list-tabs .active")
    expect(tab).to_have_text("Open by customer")
    assert heads(desk) == columns
    desk.goto(f"{address}/shop/orders")
    expect(tab).to_have_text("Open by customer")
    # Somebody else finds the view, and the very address shows the same.
    other = sit_down(browser, address, hire({"shop.order.read": "all"}))
    other.goto(f"{address}/shop/orders")
    other.get_by_role("link", name="Open by customer").click()
    expect(other.locator(".row-group-open").first).to_contain_text("Amber")
    other.goto(state)
    assert heads(other) == columns
    other.context.close()
    # The file holds what is shown.
    desk.get_by_role("button", name="Export").click()
    with desk.expect_download() as download:
        desk.get_by_role("link", name="CSV, as shown here").click()
    content = download.value.path().read_text("utf-8-sig")
    head, first, *_ = csv.reader(io.StringIO(content))
    assert head == ["Number", "Customer", "Date", "Total", "Status", "City"]
    assert first[0].startswith("Amber (")


def test_a_list_is_worked_in_by_keys_alone(desk: Page, address: str) -> None:
    desk.goto(f"{address}/shop/orders?view=all&sort=number")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("ArrowDown")
    expect(desk.get_by_role("link", name="SO-002")).to_be_focused()
    desk.keyboard.press("k")
    expect(desk.get_by_role("link", name="SO-001")).to_be_focused()
    desk.keyboard.press("/")
    search = desk.get_by_role("searchbox", name="Search in this list")
    expect(search).to_be_focused()
    desk.keyboard.type("SO-05")
    expect(desk.locator("tr[data-href]")).to_have_count(10)
    search.blur()
    desk.keyboard.press("f")
    expect(desk.locator("[data-panel-name=filter]")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("[data-panel=filter]").first).to_be_focused()
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile(r"/shop/orders/\d+$"))
    desk.wait_for_load_state("networkidle")


def test_the_head_and_the_totals_stay_while_rows_scroll(desk: Page, address: str) -> None:
    desk.goto(f"{address}/shop/orders?view=all")
    desk.locator("tr[data-href]").last.scroll_into_view_if_needed()
    for part in ("thead th", "tfoot td.num"):
        expect(desk.locator(f".list-table {part}").last).to_be_in_viewport()
    assert desk.evaluate("scrollY") == 0
    desk.get_by_role("button", name="Compact lines").click()
    desk.reload()
    expect(desk.locator(".list-compact")).to_be_visible()


@pytest.mark.parametrize(("language", "width"), [("en", 360), ("ar", 360)])
def test_a_list_fits_a_phone_and_runs_from_the_right(
    browser: Browser, address: str, hire: Hire, language: str, width: int
) -> None:
    page = sit_down(browser, address, hire(language=language), width=width)
    for query in ("view=all&status=draft", "group=status"):
        page.goto(f"{address}/shop/orders?{query}")
        expect(page.locator(".list-table tbody tr").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == []
    panel(page, "filter")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()
