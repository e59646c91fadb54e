"""A bookkeeper takes a customer's money, walks a cheque to the bank, looks at ages and sends
reminders, in a real browser; pages are usable by everybody, on a phone, in the dark, in Arabic."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.collections.account_statements import statements_of
from addons.accounting.services.collections.dunning import propose
from addons.accounting.services.payments.cheques import create_cheque
from addons.accounting.services.payments.documents import allocate
from addons.accounting.services.payments.posting import post_payment
from addons.accounting.services.payments.runs import create_run
from core.api import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.accounting.trading import Trade, bill, invoice, payment, set_up
from tests.chrome import violations
from tests.workspace.conftest import Person, hired, sit_down

pytestmark = pytest.mark.browser
D = Decimal


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "collecting", addons=("contacts", "accounting")) as tenant:
        yield tenant


@pytest.fixture(scope="module", autouse=True)
def trade(kernel: Kernel, tenant: Tenant) -> Trade:
    """Invoices of several ages, a payment, a cheque, a proposal, a statement and a reminder."""
    today = utc_now().date()
    with kernel.session(tenant) as session:
        trade = set_up(session)
        ensure_years(session, [today - timedelta(days=200), today])
        for partner, days, net in (
            (trade.noor, 100, "1200"),
            (trade.noor, 45, "880.50"),
            (trade.cedar, 10, "4310"),
            (trade.cedar, -20, "990"),
        ):
            day = today - timedelta(days=max(days, 0) + 30)
            invoice(session, partner, net, day=day, due=today - timedelta(days=days),
                    reference=f"INV-{days}")  # fmt: skip
        bill(session, trade.eastern, "640", day=today, due=today)
        paid = payment(session, trade, amount=D(1500), date=today)
        allocate(session, paid)
        post_payment(session, paid)
        create_cheque(
            session,
            {"kind": "received", "number": "004711", "bank": "Riyad Bank",
             "partner_id": trade.cedar, "date": today, "due_date": today,
             "amount": D(990), "bank_account_id": trade.accounts["1010"]},
        )  # fmt: skip
        create_run(
            session,
            {"date": today, "due_until": today, "journal_id": trade.journals["BNK"],
             "account_id": trade.accounts["1010"]},
        )  # fmt: skip
    with kernel.session(tenant) as session:
        start = today - timedelta(days=365)
        statements_of(session, trade.noor, "receivable", start, today)
        propose(session, today)
    return trade


@pytest.fixture(scope="module")
def address(tenant: Tenant, port: int) -> str:
    return f"http://{tenant.slug}.localhost:{port}"


@pytest.fixture(scope="module")
def person(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


@pytest.fixture(scope="module")
def desk(browser: Browser, address: str, person: Person) -> Iterator[Page]:
    """An administrator's browser; at the end no script has failed."""
    page = sit_down(browser, address, person, width=1280)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.context.close()
    assert complaints == []


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("AORABOOKS_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_pages_of_our_own_fit_a_phone_in_the_dark_and_arabic(
    browser: Browser, address: str, person: Person
) -> None:
    phone = sit_down(browser, address, person, width=360, locale="ar-SA")
    phone.emulate_media(color_scheme="dark")
    for page in ("ages/receivable", "statement-run"):
        phone.goto(f"{address}/accounting/{page}")
        _picture(phone, page.replace("/", "-") + "-phone")
        assert phone.locator("html").get_attribute("dir") == "rtl"
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
        assert violations(phone) == []
    phone.context.close()


def test_ages_lead_to_the_items_and_these_to_the_entry(desk: Page, address: str) -> None:
    desk.goto(f"{address}/accounting/ages/receivable")
    expect(desk.get_by_text("Agrees with the ledger")).to_be_visible()
    _picture(desk, "ages")
    assert violations(desk) == []
    desk.get_by_role("link", name="Cedar House").click()
    _picture(desk, "aged-items")
    assert violations(desk) == []
    desk.locator("tbody a").first.click()
    expect(desk.locator("main")).to_contain_text("Cedar House")


def test_a_cheque_is_received_and_deposited_by_its_buttons(desk: Page, address: str) -> None:
    desk.goto(f"{address}/accounting/cheques/1")
    desk.get_by_role("button", name="Receive").click()
    expect(desk.get_by_role("button", name="Deposit")).to_be_visible()
    desk.get_by_role("button", name="Deposit").click()
    expect(desk.get_by_role("button", name="Cleared")).to_be_visible()
    _picture(desk, "cheque-deposited")


def test_the_cards_of_the_start_page_show_what_is_late(desk: Page, address: str) -> None:
    desk.goto(f"{address}/")
    expect(desk.get_by_text("Receivables overdue")).to_be_visible()
    expect(desk.get_by_text("Payables due this week")).to_be_visible()
    desk.wait_for_load_state("networkidle")
    _picture(desk, "start")
