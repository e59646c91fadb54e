"""An accountant closes a month in the browser, by keyboard and on a phone, and reads the checklist
in Arabic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from addons.accounting.api import EntryDraft, LineDraft, post_entry
from addons.accounting.models import Account, Journal, Period
from addons.accounting.options import AccountingOptions
from addons.accounting.services import drafts
from addons.accounting.services.chart import create_accounts
from core.api import set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tests.accounting.closing_desk import ACCOUNTS, bill, close_all_before, period
from tests.chrome import violations
from tests.workspace.conftest import hired, sit_down

pytestmark = pytest.mark.browser

Desk = Callable[..., Page]


@pytest.fixture
def sit(
    browser: Browser, kernel: Kernel, tenant: Tenant, transport: AppTransport, port: int
) -> Iterator[Desk]:
    """`sit(width, locale)` is a page of the administrator's browser at the company's address."""
    with ExitStack() as stack:
        address = f"http://{tenant.slug}.localhost:{port}"
        person = hired(stack, kernel, transport, tenant, None)

        def sit(width: int = 1200, locale: str = "en-GB") -> Page:
            page = sit_down(browser, address, person, width=width, locale=locale)
            stack.callback(page.context.close)
            page.goto(f"{address}/accounting/closing")
            return page

        yield sit


@pytest.fixture
def april(kernel: Kernel, tenant: Tenant) -> int:
    """April: a draft, something in suspense, and a landlord who has not billed. Earlier months are
    closed."""
    with kernel.session(tenant) as session:
        create_accounts(session, ACCOUNTS)  # type: ignore[arg-type]
        suspense = session.scalars(select(Account).where(Account.code == "Assets:Suspense")).one()
        suspense.report_line = "bs.suspense"
        set_options(session, AccountingOptions, accrued_expense_account="Liabilities:Accrued")
        for month in (1, 2, 3):
            post_entry(session, bill(date(2026, month, 5), "Landlord", "4500"))
        held = (
            LineDraft("Assets:Suspense", Decimal(120)),
            LineDraft("Assets:Bank", Decimal(-120)),
        )
        post_entry(session, EntryDraft(date(2026, 4, 3), held))
    with kernel.session(tenant) as session:
        journal = session.scalars(select(Journal.id).where(Journal.code == "GEN")).one()
        values = {"journal_id": journal, "date": date(2026, 4, 9), "lines": []}
        drafts.create_draft(session, values)
        close_all_before(session, "2026-04")
        return period(session, "2026-04").id


def test_a_month_is_closed_step_by_step(
    sit: Desk, kernel: Kernel, tenant: Tenant, april: int
) -> None:
    desk = sit()
    expect(desk.get_by_role("heading", name="Close 2026-04", level=1)).to_be_visible()
    assert violations(desk) == []

    # By keyboard: what is not done is left out with a reason.
    leave_out = desk.locator('[id="accounting.drafts"] summary')
    leave_out.focus()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    desk.keyboard.type("It belongs to May")
    desk.keyboard.press("Enter")
    expect(desk.locator('[id="accounting.drafts"]')).to_contain_text("It belongs to May")

    desk.locator('[id="accounting.suspense"] summary').click()
    desk.locator('[id="accounting.suspense"] input[name="reason"]').fill("The bank looks into it")
    desk.locator('[id="accounting.suspense"] button', has_text="Leave it out").click()
    expect(desk.locator('[id="accounting.suspense"]')).to_contain_text("The bank looks into it")

    # A missing bill is accrued where it is proposed.
    desk.locator('[id="accounting.accruals"] a', has_text="See it").click()
    expect(desk.get_by_role("heading", name="Landlord")).to_be_visible()
    assert violations(desk) == []
    desk.get_by_role("button", name="Accrue").click()
    expect(desk.get_by_text("Posted", exact=True)).to_be_visible()
    desk.goto(desk.url.removesuffix("/accruals"))
    expect(desk.locator('[id="accounting.accruals"]')).to_have_class("closing-step is-done")

    desk.get_by_role("button", name="Close 2026-04").click()
    expect(desk.get_by_role("heading", name="Nothing more is posted here")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("It belongs to May")
    assert violations(desk) == []
    with kernel.session(tenant) as session:
        assert session.get_one(Period, april).state == "closed"


def test_the_checklist_is_read_on_a_phone_and_from_right_to_left(sit: Desk) -> None:
    phone = sit(360)
    expect(phone.locator(".closing-step").first).to_be_visible()
    assert not phone.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert violations(phone) == []
    arabic = sit(1200, "ar")
    expect(arabic.locator("html")).to_have_attribute("dir", "rtl")
    sign, words = arabic.locator(".closing-step > .bi").first, arabic.locator(".closing-text").first
    left_of, right_of = words.bounding_box(), sign.bounding_box()
    assert left_of is not None
    assert right_of is not None
    assert right_of["x"] > left_of["x"], "the sign stands at the beginning of the line"


def test_the_page_says_by_itself_what_somebody_else_changes(
    sit: Desk, kernel: Kernel, tenant: Tenant
) -> None:
    desk = sit()
    name = desk.locator("h1").inner_text().removeprefix("Close ")
    expect(desk.locator('[id="accounting.drafts"]')).to_contain_text("No entry waits")
    with kernel.session(tenant) as session:
        journal = session.scalars(select(Journal.id).where(Journal.code == "GEN")).one()
        day = period(session, name).start_date
        drafts.create_draft(session, {"journal_id": journal, "date": day, "lines": []})
    expect(desk.locator('[id="accounting.drafts"]')).to_contain_text("Entries that are drafts: 1.")
