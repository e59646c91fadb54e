"""A bookkeeper settles with mouse and keyboard: ticks are added up at once, the keys settle, and
the page is usable by everybody, on a phone, in the dark, in Arabic."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from addons.accounting.services.calendar import ensure_years
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tests.accounting.settling import DAY, contact, item, open_books
from tests.chrome import violations
from tests.workspace.conftest import hired, sit_down

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sheet(kernel: Kernel, tenant: Tenant, address: str) -> str:
    """The address of a customer's open items: three invoices, two of them in euros, and three
    payments."""
    with kernel.session(tenant) as session:
        ensure_years(session, [DAY])
        account = open_books(session)["Receivables"]
        noor = contact(session, "Al Noor Trading")
        item(session, "1150", partner=noor)
        for books, agreed in (("120", "100"), ("-126", "-100"), ("61", "50")):
            other = "Bank" if books.startswith("-") else "Sales"
            item(session, books, partner=noor, foreign=(agreed, "EUR"), other=other)
        item(session, "-1000", partner=noor, other="Bank")
        item(session, "-149.50", partner=noor, other="Bank")
    return f"{address}/accounting/settling/sheet?account={account}&partner={noor}&currency="


@pytest.fixture
def desk(
    kernel: Kernel, transport: AppTransport, tenant: Tenant, browser: Browser, port: int
) -> Iterator[Page]:
    """An administrator's browser; at the end no script has failed."""
    with ExitStack() as stack:
        person = hired(stack, kernel, transport, tenant, None)
        page = sit_down(browser, f"http://{tenant.slug}.localhost:{port}", person, width=1280)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        page.context.close()
        assert complaints == []


@pytest.fixture(scope="module")
def address(tenant: Tenant, port: int) -> str:
    return f"http://{tenant.slug}.localhost:{port}"


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("AORABOOKS_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_ticks_are_added_up_and_keys_settle(desk: Page, sheet: str) -> None:
    desk.goto(f"{sheet}EUR")
    _picture(desk, "sheet")
    first = desk.locator("#owed-to-us ~ * input[type=checkbox]").first
    first.focus()
    desk.keyboard.press("Space")
    desk.locator("#owed-by-us ~ * input[type=checkbox]").first.focus()
    desk.keyboard.press("Space")
    desk.get_by_text("Exchange gain", exact=True).wait_for()
    expect(desk.locator("#settling-sum")).to_contain_text("6.00 USD")
    _picture(desk, "ticked")
    assert violations(desk) == []
    desk.keyboard.press("Control+s")
    desk.get_by_text("Settled as number").wait_for()
    expect(desk.locator("#owed-to-us ~ * input[type=checkbox]")).to_have_count(1)
    expect(desk.locator("#owed-by-us ~ * input[type=checkbox]")).to_have_count(0)
    desk.get_by_role("button", name="Undo").first.click()
    desk.get_by_text("The items are open again").wait_for()
    _picture(desk, "undone")


def test_the_difference_is_written_off_with_a_reason(desk: Page, sheet: str) -> None:
    desk.goto(f"{sheet}USD")
    for box in desk.locator(".settling-sides input[type=checkbox]").all():
        box.check()
    desk.get_by_text("0.50 USD").wait_for()
    desk.locator("summary", has_text="Write the difference off").click()
    desk.get_by_label("Write off what is left").check()
    desk.get_by_label("Account").select_option("Bad debts")
    desk.get_by_label("Reason").fill("Bank charges")
    _picture(desk, "write-off")
    assert violations(desk) == []
    desk.get_by_role("button", name="Settle", exact=True).click()
    desk.get_by_text("Settled as number").wait_for()
    assert desk.get_by_text("Nothing is open on this side.").count() == 2


PAGES = {
    "overview": "/accounting/settling",
    "open-items": "/accounting/open-items?view=by_partner",
    "contacts": "/contacts/contacts",
    "duplicates": "/contacts/duplicates",
    "entry-form": "/accounting/entries/new",
}


def test_the_pages_are_for_everybody(desk: Page, address: str, sheet: str) -> None:
    for name, path in PAGES.items():
        desk.goto(address + path)
        assert violations(desk) == [], name
        _picture(desk, name)


def test_a_phone_in_the_dark_shows_it_without_scrolling_sideways(
    desk: Page, address: str, sheet: str
) -> None:
    desk.set_viewport_size({"width": 360, "height": 780})
    desk.emulate_media(color_scheme="dark")
    for path, name in (
        (f"{sheet}EUR", "phone"),
        (f"{address}/accounting/settling", "phone-overview"),
    ):
        desk.goto(path)
        wide = desk.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360
        assert violations(desk) == []
        _picture(desk, name)


def test_it_runs_from_right_to_left(
    kernel: Kernel,
    transport: AppTransport,
    tenant: Tenant,
    browser: Browser,
    address: str,
    sheet: str,
) -> None:
    with ExitStack() as stack:
        person = hired(stack, kernel, transport, tenant, None, language="ar")
        page = sit_down(browser, address, person, width=360, locale="ar-SA")
        page.goto(f"{sheet}EUR")
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        _picture(page, "arabic")
        page.context.close()
