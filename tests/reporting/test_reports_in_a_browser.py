"""An accountant at the desk: asks for a report, unfolds it by keyboard, goes down to an entry, and
changes a definition with the preview beside it; on a phone, in Arabic and in the dark, too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport
from tests.chrome import launched, served, violations
from tests.reporting.conftest import post_lines
from tests.workspace.conftest import Person, hired, sit_down

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(kernel: Kernel, tenant: Tenant) -> Iterator[str]:
    """A company with a quarter of business, served over a real socket."""
    with kernel.session(tenant) as session:
        days = [date(2026, month, 10) for month in (1, 2, 3)]
        post_lines(session, days[0], {"1010": 90000, "3000": -90000})
        post_lines(session, days[0], {"1500": 24000, "1010": -24000})
        for place, day in enumerate(days, start=1):
            sales = 12000 + 1500 * place
            post_lines(session, day, {"1100": sales, "4000": -sales}, partner="Al Noor Trading")
            post_lines(session, day, {"5000": 7000, "2000": -7000}, partner="Dhaka Textiles")
            post_lines(session, day, {"6000": 2500, "1010": -2500})
            post_lines(session, day, {"6100": 400, "1590": -400})
        post_lines(session, days[1], {"1010": 13500, "1100": -13500}, partner="Al Noor Trading")
    app = Application(kernel)
    with served(app) as port:
        yield f"http://{tenant.slug}.localhost:{port}"
    app.close()


@pytest.fixture(scope="module")
def accountant(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


@pytest.fixture
def desk(browser: Browser, address: str, accountant: Person) -> Iterator[Page]:
    page = sit_down(browser, address, accountant)
    complaints: list[str] = []

    def note_error(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", note_error)
    yield page
    page.context.close()
    assert complaints == []


YEAR = "?from=2026-01-01&to=2026-12-31"


def test_the_statements_can_be_worked_by_keyboard_down_to_the_entry(
    desk: Page, address: str
) -> None:
    desk.goto(f"{address}/reporting/view/profit-and-loss{YEAR}")
    expect(
        desk.get_by_text("The result equals that of all income and expense accounts.")
    ).to_be_visible()
    account = desk.locator("tr.report-account", has_text="4000 Sales")
    expect(account).to_be_hidden()
    desk.locator("[data-fold=revenue]").focus()
    desk.keyboard.press("ArrowRight")
    expect(account).to_be_visible()
    assert violations(desk) == []
    account.locator("td a").focus()
    desk.keyboard.press("ArrowUp")
    expect(desk.locator("tr[data-row=revenue] td a")).to_be_focused()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="4000 Sales")).to_be_visible()
    assert violations(desk) == []
    desk.locator("tbody th a").first.click()
    expect(desk).to_have_url(f"{address}/accounting/entries/3")


def test_a_formula_says_what_it_is_made_of(desk: Page, address: str) -> None:
    desk.goto(f"{address}/reporting/view/profit-and-loss{YEAR}")
    desk.locator("tr[data-row=gross_profit] td a").first.click()
    expect(desk.get_by_text("net_revenue - cost_of_sales")).to_be_visible()
    expect(desk.locator("tbody tr")).to_have_count(2)


def test_choosing_a_comparison_shows_it_at_once(desk: Page, address: str) -> None:
    desk.goto(f"{address}/reporting/view/balance-sheet?from=2026-03-01&to=2026-03-31")
    desk.select_option("#comparison", "previous:1")
    expect(desk.get_by_role("columnheader", name="Change %")).to_be_visible()
    expect(desk).to_have_url(
        f"{address}/reporting/view/balance-sheet"
        "?period=custom&from=2026-03-01&to=2026-03-31&comparison=previous%3A1"
    )


def test_a_row_is_changed_with_the_preview_beside_it_and_restored(desk: Page, address: str) -> None:
    desk.goto(f"{address}/reporting/edit/profit-and-loss")
    preview = desk.locator("#report-preview")
    expect(preview.get_by_text("Gross profit")).to_be_visible()
    assert violations(desk) == []
    row = desk.locator("[data-edit-row]").nth(4)
    row.locator("[name=title_en]").fill("Margin")
    row.locator("[name=content]").fill("net_revenue - gross_profit")
    row.locator("[name=key]").focus()
    expect(preview.get_by_text("goes in a circle")).to_be_visible()
    row.locator("[name=content]").fill("net_revenue - cost_of_sales")
    row.locator("[name=key]").focus()
    expect(preview.get_by_text("Margin")).to_be_visible()
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator("tr[data-row=gross_profit]")).to_contain_text("Margin")
    desk.goto(f"{address}/reporting/edit/profit-and-loss")
    desk.get_by_role("button", name="Restore the shipped report").click()
    expect(desk.locator("tr[data-row=gross_profit]")).to_contain_text("Gross profit")


def test_it_works_on_a_phone_in_arabic_and_in_the_dark(
    browser: Browser, address: str, accountant: Person
) -> None:
    page = sit_down(browser, address, accountant, width=360, locale="ar-SA")
    page.emulate_media(color_scheme="dark")
    for path in (f"/view/balance-sheet{YEAR}", "/edit/cash-flow", ""):
        page.goto(f"{address}/reporting{path}")
        assert page.evaluate("document.dir") == "rtl"
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert violations(page) == [], path
    page.context.close()
