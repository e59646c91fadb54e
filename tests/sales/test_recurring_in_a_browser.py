"""At the desk: a contract is written, begun, invoiced, changed and ended; commissions of a month
are approved. The pages suit a telephone, Arabic and the dark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from addons.sales.services.commissions.plans import create_plan
from addons.sales.services.commissions.statements import work_out
from addons.sales.services.recurring.contracts import create_contract
from addons.sales.services.recurring.making import make_contract
from addons.sales.services.recurring.steps import begin
from addons.sales.services.targets.setting import create_target
from core.clock import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.chrome import served, violations
from tests.sales.conftest import Shop
from tests.sales.test_commissions import person, sold
from tests.workspace.conftest import Person, hired, sit_down


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "contractdesk", addons=("sales",)) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def today() -> date:
    """The company's day when its tests begin."""
    return utc_now().date()


@pytest.fixture(scope="module")
def agreed(kernel: Kernel, tenant: Tenant, today: date) -> dict[str, int]:
    """A contract that runs, one that is a draft, and a salesperson's commission of last month."""
    before = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    with kernel.session(tenant) as session:
        shop = Shop(session)
        customer = shop.customer(name="Al Noor Trading")
        line = {"description": "Support", "price": Decimal(100), "quantity": Decimal(2)}
        values = {"contact_id": customer, "starts_on": before, "lines": [line], "making": "post"}
        running = begin(session, create_contract(session, {"name": "Support", **values}))
        make_contract(session, running.id, today)
        draft = create_contract(session, {"name": "Storage room", **values})
        seller = person(session)
        rates = [{"percent": Decimal(3)}, {"above": Decimal(1000), "percent": Decimal(5)}]
        plan = {"name": "Sales", "valid_from": before, "rates": rates, "earners": [{}]}
        create_plan(session, plan)
        sold(shop, seller, "1200", before + timedelta(days=3))
        (statement,) = [one for one in work_out(session, before) if one.user_id == seller]
        target = {"user_id": seller, "amount": Decimal(5000), "first_day": before}
        create_target(session, target)
        return {"running": running.id, "draft": draft.id, "statement": statement.id}


@pytest.fixture(scope="module")
def address(kernel: Kernel, tenant: Tenant) -> Iterator[str]:
    app = Application(kernel)
    with served(app) as port:
        yield f"http://{tenant.slug}.localhost:{port}"
    app.close()


@pytest.fixture(scope="module")
def seller(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


def press(page: Page, name: str) -> None:
    """Press a record's action, and answer its question."""
    page.locator("main").get_by_role("link", name=name, exact=True).click()
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def test_a_contract_begins_is_invoiced_changes_and_ends(
    browser: Browser, address: str, seller: Person, agreed: dict[str, int], today: date
) -> None:
    first = today.replace(day=1)
    page = sit_down(browser, address, seller)
    page.goto(f"{address}/sales/contracts/{agreed['draft']}")
    assert violations(page) == []
    press(page, "Begin")
    expect(page.get_by_role("status").first).to_contain_text("The next invoice is written on")
    page.get_by_role("button", name="Invoice what is due").click()
    expect(page.get_by_role("status").first).to_contain_text("2 invoices were written.")
    page.get_by_role("link", name="Change a line").click()
    assert violations(page) == []
    page.get_by_label("From").fill(today.isoformat())
    page.get_by_label("Quantity").fill("3")
    page.get_by_role("button", name="Change a line").click()
    expect(page.get_by_text("Storage room is settled until")).to_be_visible()
    page.get_by_label("From").fill((first + timedelta(days=32)).replace(day=1).isoformat())
    page.get_by_role("button", name="Change a line").click()
    expect(page.get_by_role("status").first).to_contain_text("Done.")
    page.get_by_role("link", name="Coming invoices").click()
    expect(page.get_by_role("cell", name="300.00").first).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Back", exact=True).click()
    page.get_by_role("link", name="End", exact=True).click()
    page.get_by_label("Reason").fill("Moved away")
    page.get_by_label("Last day").fill((first + timedelta(days=40)).isoformat())
    page.get_by_role("button", name="End", exact=True).click()
    expect(page.get_by_text("Moved away").first).to_be_visible()
    page.context.close()


def test_commissions_of_a_month_are_approved(
    browser: Browser, address: str, seller: Person, agreed: dict[str, int]
) -> None:
    page = sit_down(browser, address, seller)
    page.goto(f"{address}/sales/commissions/{agreed['statement']}")
    expect(page.get_by_text("1,000.00 × 3 % + 200.00 × 5 %")).to_be_visible()
    assert violations(page) == []
    press(page, "Approve")
    expect(page.get_by_role("status").first).to_contain_text("40.00")
    page.context.close()


def test_the_pages_suit_a_telephone_arabic_and_the_dark(
    browser: Browser, address: str, seller: Person, agreed: dict[str, int]
) -> None:
    page = sit_down(browser, address, seller, width=360, locale="ar-SA")
    page.emulate_media(color_scheme="dark")
    for path in (
        f"contracts/{agreed['running']}",
        f"contracts/{agreed['running']}/coming",
        f"contracts/{agreed['running']}/steps/pause",
        f"contracts/{agreed['running']}/steps/end",
        f"commissions/{agreed['statement']}",
        "commission-plans/new",
        "target-progress",
    ):
        page.goto(f"{address}/sales/{path}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, (path, width)
        assert violations(page) == [], path
    page.context.close()
