"""A bookkeeper brings a statement in and matches it without touching the mouse, until bank and
books agree; the page serves everybody, on a phone, in the dark, in Arabic."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from addons.accounting.services.dimensions.masters import create_dimension, create_value
from core.auth.credentials import SESSION_COOKIE
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.accounting.banking import camt, open_bank
from tests.accounting.trading import invoice, set_up
from tests.chrome import violations

pytestmark = pytest.mark.browser

BANK = "/accounting/bank"


@pytest.fixture(scope="module")
def books(kernel: Kernel, tenant: Tenant) -> int:
    """A company with two invoices and a bank account."""
    with kernel.session(tenant) as session:
        trade = set_up(session)
        invoice(session, trade.noor, "1150", reference="INV-0042")
        invoice(session, trade.cedar, "300", reference="INV-0043")
        return open_bank(session).id


@pytest.fixture
def desk(
    kernel: Kernel, transport: AppTransport, tenant: Tenant, browser: Browser, port: int
) -> Iterator[Page]:
    """An accountant's browser; at the end no script has failed."""
    host = f"{tenant.slug}.localhost"
    with ExitStack() as stack:
        http = stack.enter_context(open_browser(transport, host))
        sign_in(kernel, tenant, http, ["accounting.accountant"])
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, base_url=f"http://{host}:{port}"
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
        page.screenshot(path=Path(folder) / f"bank-{name}.png", full_page=True)


def _upload(page: Page, content: bytes, name: str = "statement.xml") -> None:
    page.goto(f"{BANK}/import")
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.set_input_files("#import-file", file)  # type: ignore[arg-type]
    page.locator("main").get_by_role("button", name="Import").click()
    # The keys are there once their script is.
    page.wait_for_url(f"**{BANK}/*")
    page.wait_for_load_state("networkidle")


def test_a_statement_is_imported_and_matched_by_keyboard(desk: Page, books: int) -> None:
    _upload(
        desk,
        camt(
            ("1150", "Payment INV-0042", {"name": "Al Noor Trading"}),
            ("300", "Cedar House INV-0043"),
            ("-15", "Monthly account fee"),
        ),
    )
    desk.wait_for_url(f"**{BANK}/{books}")
    expect(desk.locator("#bank-progress-count")).to_have_text("3 of 3 left")
    expect(desk.locator("#bank-detail .is-best")).to_be_visible()
    _picture(desk, "matching")
    assert violations(desk) == []
    desk.keyboard.press("j")
    expect(desk.locator("#bank-detail h2").first).to_have_text("Cedar House INV-0043")
    desk.keyboard.press("k")
    expect(desk.locator("#bank-detail h2").first).to_have_text("Al Noor Trading")
    desk.keyboard.press("Enter")
    expect(desk.locator("#bank-progress-count")).to_have_text("2 of 3 left")
    expect(desk.locator("#bank-detail h2").first).to_have_text("Cedar House INV-0043")
    desk.keyboard.press("u")
    expect(desk.locator("#bank-progress-count")).to_have_text("3 of 3 left")
    expect(desk.locator("#bank-detail h2").first).to_have_text("Al Noor Trading")
    desk.keyboard.press("Enter")
    expect(desk.locator("#bank-progress-count")).to_have_text("2 of 3 left")
    expect(desk.locator("#bank-detail h2").first).to_have_text("Cedar House INV-0043")
    desk.keyboard.press("Enter")
    expect(desk.locator("#bank-progress-count")).to_have_text("1 of 3 left")
    expect(desk.locator("#bank-detail h2").first).to_have_text("Monthly account fee")
    desk.keyboard.press("a")
    desk.keyboard.type("5200")
    desk.keyboard.press("Enter")
    expect(desk.locator("#bank-progress-count")).to_have_text("0 of 3 left")
    assert "0.00" in desk.locator("#bank-difference").inner_text()
    _picture(desk, "matched")
    desk.goto(f"{BANK}/{books}/report?on=2026-03-31")
    expect(desk.locator("h1 ~ .status")).to_have_text("Reconciled")
    _picture(desk, "report")
    assert violations(desk) == []


def test_items_are_searched_and_split_by_keyboard(
    desk: Page, books: int, kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        from addons.contacts.api import find_contact

        noor = find_contact(session, name="Al Noor Trading")
        assert noor is not None
        invoice(session, noor.id, "77", reference="LATE-9")
    _upload(desk, camt(("75", "unclear", {"day": "2026-03-22"}), opening="1435"))
    expect(desk.locator("#bank-detail h2").first).to_have_text("unclear")
    desk.keyboard.press("/")
    desk.keyboard.type("late-9")
    box = desk.locator("#bank-items input[type=checkbox]")
    box.wait_for()
    amount = desk.get_by_label("Amount for")
    box.check()
    amount.fill("77")
    expect(desk.locator("[data-rest]")).to_have_text("-2.00")
    desk.locator("#part-account").fill("5100")
    desk.locator("#part-amount").fill("-1.5")
    desk.get_by_role("button", name="Book it").click()
    expect(desk.locator("#problems")).to_contain_text("-0.5")
    desk.locator("#part-amount").fill("-2")
    _picture(desk, "by-hand")
    desk.get_by_role("button", name="Book it").click()
    expect(desk.locator("#bank-progress-count")).to_have_text("0 of 4 left")


def test_contact_and_cost_centres_are_looked_up_by_keyboard(
    desk: Page, books: int, kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        centre = create_dimension(session, {"code": "CC", "name": "Cost centre"})
        for code, name in (("RUH", "Riyadh"), ("JED", "Jeddah")):
            create_value(session, {"dimension_id": centre.id, "code": code, "name": name})
    _upload(desk, camt(("-90", "Taxi", {"day": "2026-03-23"}), opening="1510"))
    expect(desk.locator("#bank-detail h2").first).to_have_text("Taxi")
    desk.locator("#bank-partner").press_sequentially("east")
    expect(desk.get_by_role("option", name="Eastern Supplies")).to_be_visible()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    desk.locator("#part-account").fill("5000")
    desk.locator("#part-dimensions").press_sequentially("riy")
    expect(desk.get_by_role("option", name="Riyadh")).to_be_visible()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk.locator("#part-dimensions")).to_have_value("RUH")
    desk.keyboard.type(" 60, j")
    expect(desk.get_by_role("option", name="Jeddah")).to_contain_text("40 % left")
    _picture(desk, "looked-up")
    assert violations(desk) == []
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk.locator("#part-dimensions")).to_have_value("RUH 60, JED")
    desk.get_by_role("button", name="Split").click()
    expect(desk.locator("#dimensions-1")).to_be_visible()
    desk.locator("#account-1").fill("")
    desk.get_by_role("button", name="Book it").click()
    expect(desk.locator("#bank-progress-count")).to_have_text("0 of 5 left")


def test_what_does_not_add_up_is_accepted_by_a_person_or_left(desk: Page, books: int) -> None:
    odd = camt(("10", "x", {"day": "2026-03-25"}), opening="9999").replace(b"10009", b"20000")
    _upload(desk, odd)
    expect(desk.locator("main")).to_contain_text("does not add up")
    _picture(desk, "odd")
    assert violations(desk) == []
    desk.get_by_role("link", name="Leave it").click()
    desk.goto(f"{BANK}/{books}")
    expect(desk.locator("#bank-progress-count")).to_contain_text("of 5 left")


def test_a_table_is_mapped_once_and_then_known(desk: Page, books: int) -> None:
    table = "Value Date,Posting Date,Details,Debit,Credit\n,03/04/2026,Coffee,12.50,\n"
    _upload(desk, table.encode(), "export.csv")
    expect(desk.locator("h1")).to_have_text("Which column is what?")
    _picture(desk, "table")
    assert violations(desk) == []
    desk.locator("#map-bank").select_option(str(books))
    desk.locator("#map-order").select_option("dmy")
    desk.locator("main").get_by_role("button", name="Import").click()
    desk.wait_for_url(f"**{BANK}/{books}")
    again = table + ",04/04/2026,Tea,3.00,\n"
    desk.goto(f"{BANK}/import?bank={books}")
    file = {"name": "b.csv", "mimeType": "text/csv", "buffer": again.encode()}
    desk.set_input_files("#import-file", file)  # type: ignore[arg-type]
    desk.locator("main").get_by_role("button", name="Import").click()
    desk.wait_for_url(f"**{BANK}/{books}")
    expect(desk.locator("main")).to_contain_text("1 movements imported; 1 were known.")


def test_a_file_that_is_none_says_why(desk: Page, books: int) -> None:
    _upload(desk, b"%PDF-1.7 ...", "statement.pdf")
    expect(desk.get_by_role("alert").filter(has_text="PDF")).to_contain_text("CAMT.053")


def test_a_phone_in_the_dark_and_a_reader_of_arabic_can_work(desk: Page, books: int) -> None:
    desk.set_viewport_size({"width": 360, "height": 780})
    desk.emulate_media(color_scheme="dark")
    for path in (BANK, f"{BANK}/{books}", f"{BANK}/{books}/report", f"{BANK}/import"):
        desk.goto(path)
        assert desk.evaluate("document.documentElement.scrollWidth") <= 360
        assert violations(desk) == []
        _picture(desk, "phone" + path.replace("/", "-"))
    desk.set_viewport_size({"width": 1280, "height": 900})
    desk.context.set_extra_http_headers({"accept-language": "ar"})
    desk.goto(f"{BANK}/{books}")
    assert desk.locator("html").get_attribute("dir") == "rtl"
    _picture(desk, "arabic")
