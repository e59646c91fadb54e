"""A new company begins in the browser: it takes a chart, proves and posts its opening, splits an
entry by cost centre and in foreign currency; and every page of this is for everybody, on a phone,
in the dark, in Arabic."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from addons.accounting.models import Account, Journal
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.charts.install import install_chart
from addons.accounting.services.currencies import create_rate
from addons.accounting.services.deferral.running import create_deferral
from addons.accounting.services.dimensions.masters import create_dimension, create_value
from addons.accounting.services.opening.editing import create_opening
from addons.accounting.services.opening.posting import create_missing_contacts
from addons.accounting.services.opening.reading import import_open_items, import_trial_balance
from addons.accounting.services.recurring.making import create_recurring
from addons.accounting.services.templates.writing import create_template
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.chrome import violations
from tests.workspace.conftest import hired, sit_down

pytestmark = pytest.mark.browser

BALANCE = (
    b"code,name,debit,credit\n1030,Bank,900.00,\n1100,Customers,100.00,\n3000,Capital,,1000.00\n"
)
ITEMS = (
    b"account,customer,invoice,date,due date,amount\n"
    b"1100,Al Noor,INV-7,2025-12-01,2026-01-15,90.00\n"
)


@pytest.fixture(scope="module")
def company(kernel: Kernel) -> Iterator[Tenant]:
    """A company in Riyadh with an opening that is out by ten, and something of everything."""
    with fresh_tenant(kernel, "beginner") as tenant:
        with kernel.session(tenant) as session:
            install_chart(session, "saudi_arabia")
            ensure_years(session, [date(2026, 1, 1)])
            opening = create_opening(session, {"name": "Old books", "date": date(2025, 12, 31)})
            assert not import_trial_balance(session, BALANCE, "a.csv").problems
            assert not import_open_items(session, ITEMS, "b.csv").problems
            create_missing_contacts(session, opening)
            rate = {"currency": "USD", "date": date(2026, 1, 1), "rate": Decimal("3.75")}
            create_rate(session, rate)
            centre = create_dimension(session, {"code": "CC", "name": "Cost centre"})
            for code, name in (("RUH", "Riyadh"), ("JED", "Jeddah")):
                create_value(session, {"dimension_id": centre.id, "code": code, "name": name})
            ids = {account.code: account.id for account in session.scalars(select(Account))}
            journal = session.scalars(select(Journal.id).where(Journal.code == "GEN")).one()
            template = create_template(
                session,
                {
                    "name": "Rent of the shop",
                    "journal_id": journal,
                    "lines": (
                        {"account_id": ids["6200"], "debit": "net", "credit": ""},
                        {"account_id": ids["1400"], "debit": "net * 15 %", "credit": ""},
                        {"account_id": ids["1030"], "debit": "", "credit": "rest"},
                    ),
                },
            )
            recurring = {"name": "Rent", "template_id": template.id, "parameters": "net = 1000"}
            create_recurring(session, {**recurring, "start_date": date(2026, 1, 31)})
            create_deferral(
                session,
                {
                    "name": "Insurance 2026",
                    "kind": "expense",
                    "journal_id": journal,
                    "balance_account_id": ids["1220"],
                    "result_account_id": ids["6250"],
                    "amount": Decimal(1200),
                    "start_date": date(2026, 1, 15),
                    "end_date": date(2026, 12, 31),
                },
            )
        yield tenant


@pytest.fixture
def desk(
    kernel: Kernel, transport: AppTransport, company: Tenant, browser: Browser, port: int
) -> Iterator[Page]:
    """An administrator's browser; at the end no script has failed."""
    with ExitStack() as stack:
        person = hired(stack, kernel, transport, company, None)
        page = sit_down(browser, f"http://{company.slug}.localhost:{port}", person, width=1280)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        page.context.close()
        assert complaints == []


@pytest.fixture
def address(company: Tenant, port: int) -> str:
    return f"http://{company.slug}.localhost:{port}/accounting"


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("AORABOOKS_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


PAGES = {
    "charts": "charts",
    "use-template": "use-template?template=1",
    "proof": "openings/1/proof",
}
FORMS = (
    "deferrals/1",
    "recurring-entries/1",
    "entry-templates/1",
    "dimensions/1/edit",
    "revaluations/new",
    "deferrals/new",
    "openings/1/edit",
)


def test_each_page_is_for_everybody(desk: Page, address: str) -> None:
    for name, path in PAGES.items():
        desk.set_viewport_size({"width": 1280, "height": 900})
        desk.emulate_media(color_scheme="light")
        desk.goto(f"{address}/{path}")
        _picture(desk, name)
        assert violations(desk) == [], name
        desk.set_viewport_size({"width": 360, "height": 740})
        desk.emulate_media(color_scheme="dark")
        _picture(desk, f"{name}-phone-dark")
        assert desk.evaluate("document.documentElement.scrollWidth") <= 360, name
        assert violations(desk) == [], name


def test_forms_and_schedules_are_for_everybody(desk: Page, address: str) -> None:
    for path in FORMS:
        answer = desk.goto(f"{address}/{path}")
        assert answer is not None
        assert answer.status == 200, path
        _picture(desk, path.replace("/", "-"))
        assert violations(desk) == [], path


def test_each_page_runs_from_right_to_left(
    kernel: Kernel, transport: AppTransport, company: Tenant, browser: Browser, port: int
) -> None:
    with ExitStack() as stack:
        person = hired(stack, kernel, transport, company, None, language="ar")
        address = f"http://{company.slug}.localhost:{port}"
        page = sit_down(browser, address, person, width=360, locale="ar-SA")
        for name, path in PAGES.items():
            page.goto(f"{address}/accounting/{path}")
            assert page.locator("html").get_attribute("dir") == "rtl"
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
            _picture(page, f"{name}-arabic")
        page.context.close()


def test_an_opening_that_differs_says_where_and_is_posted_once_it_agrees(
    desk: Page, address: str
) -> None:
    desk.goto(f"{address}/openings/1/proof")
    assert "The open items of 1100 sum to 90.00; the trial balance has 100.00." in desk.inner_text(
        "main"
    )
    desk.goto(f"{address}/openings/1")
    _picture(desk, "opening")
    desk.get_by_role("link", name="Proof").click()
    desk.get_by_text("Not equal yet").wait_for()


def test_an_entry_is_written_in_foreign_currency_and_split_by_keyboard(
    desk: Page, address: str
) -> None:
    desk.goto(f"{address}/entries/new")
    assert violations(desk) == []
    desk.get_by_label("Date", exact=True).first.fill("2026-03-14")
    rows = (("6010", "100", "RUH 60, JED"), ("1035", "-100", ""))
    for at, (account, foreign, split) in enumerate(rows):
        row = desk.locator("[data-lines=lines] tbody tr").nth(at)
        box = row.locator("td[data-column=account_id] input:visible")
        box.click()
        box.press_sequentially(account)
        desk.get_by_role("option", name=account).first.click()
        row.locator("td[data-column=dimensions] input").fill(split)
        row.locator("td[data-column=original_amount] input").fill(foreign)
        row.locator("td[data-column=original_currency] input").fill("usd")
    _picture(desk, "entry-typed")
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.wait_for_url(re.compile(r"/accounting/entries/\d+"))
    shown = desk.inner_text("main")
    assert "375.00" in shown
    assert "CC: RUH 60, JED 40" in shown
    _picture(desk, "entry-saved")
