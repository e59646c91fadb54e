"""A company that begins with nothing buys and sells, in a browser and by the words of its pages.

Its buyer orders tea, which the owner approves. It comes, its bill is entered, and the freight goes
onto it. A customer gets a quotation, the goods, an invoice, and pays; one piece comes back and is
credited, and the shelf is counted: one is missing. The stock valuation and the trial balance show
what all of it comes to. The owner closes the month, behind which nothing leaves the stock any more,
and `doctor` finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from addons.accounting.services.calendar import period_of
from addons.purchases.options import PurchasesOptions
from addons.purchases.permissions import ROLES
from core.addons.options import set_options
from core.api import today
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants import health
from tenants.testing.browser import AppTransport
from tests.accounting.closing_desk import close_all_before
from tests.chrome import launched, served, violations
from tests.sales.conftest import whole_company
from tests.workspace.conftest import Person, hired, sit_down

pytestmark = pytest.mark.browser

BUYER: Final = next(role for role in ROLES if role.code == "purchases.buyer")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def company(kernel: Kernel) -> Iterator[Tenant]:
    """A company in Riyadh with books and taxes, whose orders are approved, and whose months before
    this one are closed."""
    with whole_company(kernel) as tenant:
        with kernel.session(tenant) as session:
            set_options(session, PurchasesOptions, approvals=True)
            month = period_of(session, today(session))
            assert month is not None
            close_all_before(session, month.name)
        yield tenant


@dataclass(frozen=True)
class Desk:
    """Somebody at a browser, in the words of the story."""

    page: Page
    address: str

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def fill(self, **values: str) -> None:
        """Type into fields of the form; `_` stands for a blank in a label."""
        for label, value in values.items():
            field = self.main.get_by_label(label.replace("_", " "), exact=True)
            field.first.fill(value)

    def fill_line(self, grid: str = "lines", **values: str) -> None:
        """Type into the first line of a grid."""
        row = self.main.locator(f"[data-lines={grid}] tbody tr").first
        for label, value in values.items():
            row.get_by_label(label, exact=True).fill(value)

    def save(self, says: str = "was created.") -> None:
        self.main.get_by_role("button", name="Save", exact=True).click()
        self.hears(says)

    def press(self, name: str, says: str) -> None:
        """Do what a button of the document offers, and confirm it where that is asked."""
        asked = self.main.get_by_role("link", name=name, exact=True)
        button = self.main.get_by_role("button", name=name, exact=True)
        expect(asked.or_(button).first).to_be_visible()
        if asked.count():
            asked.click()
        button.click()
        self.hears(says)

    def hears(self, words: str) -> None:
        said = self.page.get_by_role("status").filter(has_text=words)
        expect(said.first).to_be_visible()

    def goes_on_to(self, relation: str) -> None:
        """Follow the line from this document to one that came of it."""
        beside = self.page.get_by_role("region", name="Related documents")
        beside.get_by_role("link", name=re.compile(relation)).click()
        expect(self.page.locator("h1")).to_be_visible()

    def row(self, name: str) -> list[str]:
        """The cells of the row of a table that begins with this."""
        rows = self.main.get_by_role("row").filter(has_text=name)
        return rows.first.locator("td, th").all_inner_texts()


@pytest.fixture
def desks(
    kernel: Kernel, transport: AppTransport, company: Tenant, browser: Browser
) -> Iterator[tuple[Desk, Desk]]:
    """The owner's and the buyer's; at the end no script has failed or been refused."""
    complaints: list[str] = []

    def note_error(message: ConsoleMessage) -> None:
        # That something is refused is an answer, and no failure of a script.
        if message.type == "error" and "409 (Conflict)" not in message.text:
            complaints.append(message.text)

    def seated(person: Person, address: str) -> Desk:
        page = sit_down(browser, address, person)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", note_error)
        stack.callback(page.context.close)
        return Desk(page, address)

    app = Application(kernel)
    with served(app) as port, ExitStack() as stack:
        address = f"http://{company.slug}.localhost:{port}"
        owner = hired(stack, kernel, transport, company, None)
        rights = dict.fromkeys(BUYER.permissions, "all")
        buyer = hired(stack, kernel, transport, company, rights)  # type: ignore[arg-type]
        yield seated(owner, address), seated(buyer, address)
    app.close()
    assert complaints == []


def test_a_company_buys_and_sells_and_its_books_agree(
    desks: tuple[Desk, Desk], kernel: Kernel, company: Tenant
) -> None:
    owner, buyer = desks
    _knows_whom_and_what(owner)
    order = _orders(buyer)
    _approves_and_receives(owner, order)
    _enters_the_bill(owner)
    _lands_the_freight(owner)
    _sells_and_is_paid(owner)
    _takes_one_back(owner)
    _counts(owner)

    owner.open("/inventory/valuation")
    assert [cell.strip() for cell in owner.row("Ceylon tea")[2:]] == [
        "6", "pcs", "65.00", "390.00"
    ]  # fmt: skip
    owner.open("/accounting/trial-balance")
    closing = {
        name: owner.row(name)[-1].strip()
        for name in ("Bank", "Receivables", "Stock", "Payables", "Income:Sales", "Total")
    }
    assert closing == {
        "Bank": "160.00",
        "Receivables": "-115.00",
        "Stock": "390.00",
        "Payables": "-390.00",
        "Income:Sales": "-400.00",
        "Total": "0.00",
    }
    _closes_the_month(owner)
    assert [one for one in health.of_tenant(kernel, company) if not one.holds] == []


def _knows_whom_and_what(owner: Desk) -> None:
    for name, part in (("Jeddah Supplies", "Supplier"), ("Al Noor Trading", "Customer")):
        owner.open("/contacts/contacts/new")
        owner.fill(Name=name)
        owner.main.get_by_label(part, exact=True).check()
        owner.save()
    owner.open("/catalog/templates/new")
    owner.fill(Name="Ceylon tea", Pattern_of_codes="TEA", Sale_price="100", Tax_group="standard")
    owner.save()


def _orders(buyer: Desk) -> str:
    buyer.open("/purchases/orders/new")
    buyer.fill(Supplier="Jeddah Supplies")
    buyer.fill_line(Product="Ceylon tea", Quantity="10", Price="60")
    buyer.save()
    buyer.press("Place the order", "The order waits for an approval.")
    expect(buyer.main.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    return buyer.page.url.removeprefix(buyer.address)


def _approves_and_receives(owner: Desk, order: str) -> None:
    owner.open(order)
    owner.press("Approve", "Approved as PO/")
    owner.press("Receive everything", "Received as GR/")


def _enters_the_bill(owner: Desk) -> None:
    owner.press("Write the bill", "A draft bill of 690.00 SAR was written.")
    assert violations(owner.page) == []
    owner.main.get_by_role("link", name="Edit", exact=True).click()
    owner.fill(**{"Supplier's_number": "J-1734"})
    owner.save("was saved.")
    owner.press("Post", "Posted as BILL/")
    owner.main.get_by_role("button", name="Payment", exact=True).click()
    expect(owner.main.get_by_label("Supplier", exact=True)).to_have_value("Jeddah Supplies")
    owner.fill(Amount="300")
    owner.fill_line(Paid="300")
    owner.save("was saved.")
    owner.press("Post", "Posted as SP/")


def _lands_the_freight(owner: Desk) -> None:
    owner.open("/inventory/landed-costs/new")
    owner.fill(Supplier="Jeddah Supplies", Note="Freight from Colombo")
    owner.fill_line(Cost="Freight", Amount="50")
    receipt = owner.main.locator("[data-lines=receipts]").get_by_label("Receipt", exact=True)
    receipt.first.press_sequentially("IN/")
    owner.page.get_by_role("option", name="IN/").click()
    owner.save()
    owner.press("Post", "is on the goods.")


def _sells_and_is_paid(owner: Desk) -> None:
    owner.open("/sales/orders/new")
    owner.fill(Customer="Al Noor Trading")
    owner.fill_line(Product="Ceylon tea", Quantity="4")
    owner.save()
    owner.press("Confirm", "Confirmed as SO/")
    owner.press("Deliver everything", "Everything left the stock.")
    owner.press("Write the invoice", "A draft of an invoice of 460.00 SAR was written.")
    owner.press("Post", "Posted as INV/")
    owner.main.get_by_role("link", name="Take a payment").click()
    owner.press("Post the payment", "Paid by RCT/")
    owner.goes_on_to("Invoices")


def _takes_one_back(owner: Desk) -> None:
    owner.main.get_by_role("button", name="Take goods back").click()
    owner.fill(Reason="Torn")
    owner.fill_line(Quantity="1")
    owner.save("was saved.")
    owner.press("Take back", "Taken back as RT/")
    owner.press("Write the credit note", "A draft of a credit note was written.")
    owner.press("Post", "Posted as CN/")


def _counts(owner: Desk) -> None:
    owner.open("/inventory/counts/new")
    owner.fill(Place="WH/Stock")
    owner.save()
    owner.press("Begin", "Counting has begun.")
    owner.main.get_by_role("link", name="Count", exact=True).click()
    owner.main.get_by_label(re.compile("Counted Ceylon tea")).fill("6")
    owner.main.get_by_role("button", name=re.compile("Note")).click()
    owner.hears("Lines that are left: 0")
    owner.main.get_by_role("link", name="Finish").click()
    owner.press("Counting is finished", "Posted as CNT/")


def _closes_the_month(owner: Desk) -> None:
    owner.open("/accounting/closing")
    left = owner.main.locator(".closing-step:is(.is-open, .is-blocked) details")
    while count := left.count():
        left.first.locator("summary").click()
        left.first.locator("input[name=reason]").fill("Nothing of this month is missing")
        left.first.get_by_role("button", name="Leave it out").click()
        expect(left).to_have_count(count - 1)
    owner.main.get_by_role("button", name=re.compile("^Close ")).click()
    expect(owner.main.get_by_role("heading", name="Nothing more is posted here")).to_be_visible()
    owner.open("/sales/orders/new")
    owner.fill(Customer="Al Noor Trading")
    owner.fill_line(Product="Ceylon tea", Quantity="1")
    owner.save()
    owner.press("Confirm", "Confirmed as SO/")
    owner.main.get_by_role("link", name="Deliver everything").click()
    owner.main.get_by_role("button", name="Deliver everything").click()
    expect(owner.main).to_contain_text("which is closed")
