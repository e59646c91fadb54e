"""A company in Riyadh begins to issue electronic invoices, at browsers and by the words of its
pages.

Its accountant says who the seller is, and registers a device for the company, one for the branch,
and one that a till holds. An invoice is cleared; the till sells without a network, and is reported.
Then the authority is away for a day: everybody sells all the same, the repairs say what becomes
urgent, and in the end each document arrives once. One is refused; its page says why, the buyer's
address is mended, and another follows it. The chain doctor finds every link in its place, and the
archive is fetched, with the paper.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
import time_machine
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader
from sqlalchemy.orm import Session

from addons.pos.models import Register
from addons.pos.services.cashiers.keeping import create_cashier, set_pin
from addons.zatca.jobs import SYNC_JOB
from addons.zatca.models import Document
from addons.zatca.services.sending.troubles import troubles
from core.auth import users
from core.auth.credentials import SESSION_COOKIE
from core.auth.models import Branch
from core.db.base import utc_now
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport
from tests.chrome import launched, served, violations
from tests.pos.app.till import PIN, Shop, Till
from tests.sales.conftest import whole_company
from tests.waiting import wait_until
from tests.workspace.conftest import Person, hired, sit_down
from tests.zatca.authority.mischief import Mischief
from tests.zatca.authority.server import StandIn
from tests.zatca.till.counter import load
from tests.zatca.trade.trader import business, goods

pytestmark = [pytest.mark.browser, pytest.mark.real_data]

SELLER: Final = {
    "Name": "Palm Trading Company",
    "VAT number": "399999999900003",
    "Number": "1010010000",
    "Building number": "2322",
    "Street": "Prince Sultan Street",
    "District": "Al-Murabba",
    "City": "Riyadh",
    "Postal code": "23333",
}
BUYER, BRANCH, GOODS, CODE = "Al Noor Trading", "Jeddah", "Ceylon tea", "6281000000014"
TOLD: Final = "Address of the buyer is missing."
REFUSED: Final = Mischief(
    400,
    json.dumps(
        {
            "validationResults": {
                "status": "ERROR",
                "infoMessages": [],
                "warningMessages": [],
                "errorMessages": [
                    {"type": "ERROR", "code": "BR-KSA-63", "category": "KSA", "message": TOLD,
                     "status": "ERROR"}
                ],
            },
            "clearanceStatus": "NOT_CLEARED",
            "clearedInvoice": None,
        }
    ).encode(),
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with StandIn() as running:
        monkeypatch.setenv("AORABOOKS_ZATCA_GATEWAY", running.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield running


@pytest.fixture
def company(kernel: Kernel) -> Iterator[Tenant]:
    """A trader with books, a branch, a customer and goods."""
    with whole_company(kernel) as tenant:
        with kernel.session(tenant) as session:
            session.add(Branch(name=BRANCH))
            business(session, name=BUYER)
            goods(session, name=GOODS, barcodes=[{"code": CODE}])
            session.query(Register).update({"currency": "SAR"})
            for name in ("Amal", "Nora"):
                _cashier(session, name)
        yield tenant


def _cashier(session: Session, name: str) -> None:
    user = users.create_user(session, email=f"{name}@example.com".lower(), name=name, roles=())
    session.flush()
    set_pin(session, create_cashier(session, {"user_id": user.id}), PIN)


@dataclass(frozen=True)
class Desk:
    """The accountant's browser, in the words of the story."""

    page: Page
    address: str
    work: Callable[[], int]
    hire: Callable[[], Person]

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def goes_home(self) -> None:
        """Leave the page: none asks for anything in the night, which would end the session."""
        self.page.goto("about:blank")

    def comes_back(self) -> None:
        """Sit down the next morning, and sign in."""
        secret = self.hire().http.cookies[SESSION_COOKIE]
        secure = self.address.replace("http:", "https:")
        self.page.context.add_cookies(
            [{"name": SESSION_COOKIE, "value": secret, "url": secure, "secure": True}]
        )

    def fill(self, values: dict[str, str]) -> None:
        for label, value in values.items():
            self.main.get_by_label(label, exact=True).first.fill(value)

    def press(self, name: str) -> None:
        self.main.get_by_role("button", name=name, exact=True).click()

    def hears(self, words: str) -> None:
        said = self.page.get_by_role("status").filter(has_text=words)
        expect(said.first).to_be_visible()

    def sells(self, branch: str = "") -> str:
        """Write an invoice and post it; gives its address."""
        self.open("/sales/invoices/new")
        self.fill({"Customer": BUYER} | ({"Branch": branch} if branch else {}))
        row = self.main.locator("[data-lines=lines] tbody tr").first
        row.get_by_label("Product", exact=True).fill(GOODS)
        row.get_by_label("Quantity", exact=True).fill("2")
        self.press("Save")
        self.hears("was created.")
        address = self.page.url.removeprefix(self.address)
        self.main.get_by_role("link", name="Post", exact=True).click()
        self.press("Post")
        self.hears("Posted as INV/")
        return address

    def sees(self, invoice: str, state: str) -> None:
        """What stands beside an invoice about its electronic one."""
        self.open(invoice)
        beside = self.page.get_by_role("region", name="Electronic invoice")
        expect(beside).to_contain_text(state)


@pytest.fixture
def desk(
    kernel: Kernel,
    transport: AppTransport,
    company: Tenant,
    browser: Browser,
    authority: StandIn,
) -> Iterator[Desk]:
    app = Application(kernel)
    with served(app) as port, ExitStack() as stack:
        stack.callback(app.close)
        address = f"http://{company.slug}.localhost:{port}"

        def hire() -> Person:
            return hired(stack, kernel, transport, company, None)

        page = sit_down(browser, address, hire())
        stack.callback(page.context.close)
        yield Desk(page, address, lambda: work_off(kernel, company), hire)


@pytest.fixture
def till(kernel: Kernel, company: Tenant, desk: Desk, browser: Browser) -> Iterator[Till]:
    """The till of the shop, open."""
    with browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB") as context:
        till = Till(Shop(kernel, company, desk.address), context.new_page())
        till.bind()
        till.sign_in()
        till.begin()
        yield till


def test_a_company_issues_electronic_invoices(
    desk: Desk,
    till: Till,
    kernel: Kernel,
    company: Tenant,
    authority: StandIn,
) -> None:
    _says_who_sells(desk)
    for name, branch in (("Head office", ""), ("Shop in Jeddah", BRANCH)):
        _registers(desk, authority, name, branch)
    _registers_the_till(desk, till, authority)
    cleared = desk.sells()
    desk.work()
    desk.sees(cleared, "Cleared")
    till.context.set_offline(True)
    _sells_at(till)
    till.context.set_offline(False)
    till.until_synced()
    desk.work()
    _stands_at(desk, "R01-1-00001", "Reported")

    authority.outage(True)
    waiting = [desk.sells(), desk.sells(BRANCH)]
    _sells_at(till)
    till.until_synced()
    desk.work()
    for invoice in waiting:
        desk.sees(invoice, "To be sent")
    _stands_at(desk, "R01-1-00002", "To be sent")
    desk.goes_home()
    till.context.set_offline(True)
    _a_day_later(kernel, company, authority)
    till.context.set_offline(False)
    desk.comes_back()
    for invoice in waiting:
        desk.sees(invoice, "Cleared")
    _stands_at(desk, "R01-1-00002", "Reported")
    assert len(authority.register.received) == 5
    assert len({(uuid, body) for uuid, _, body in authority.register.submissions}) == 5

    authority.misbehave(REFUSED)
    refused = desk.sells()
    desk.work()
    _mends(desk, refused)
    desk.work()
    desk.sees(refused, "Cleared")

    _asks_the_doctor(desk, {"Head office": 4, "Shop in Jeddah": 1, "Till 1": 2})
    _fetches_the_archive(desk, kernel, company)


def _says_who_sells(desk: Desk) -> None:
    desk.open("/zatca/sellers/new")
    desk.fill({**SELLER, "VAT number": "39999999990000"})
    desk.press("Save")
    expect(desk.main).to_contain_text("A VAT number has 15 digits")
    desk.fill(SELLER)
    desk.press("Save")
    desk.hears("was created.")


def _a_day_later(kernel: Kernel, company: Tenant, authority: StandIn) -> None:
    """What becomes urgent on the way, and then goes through."""
    now = utc_now()
    with time_machine.travel(now + timedelta(hours=21)), kernel.session(company) as session:
        assert "zatca.deadline" in {one.key for one in troubles(session)}
    authority.outage(False)
    with time_machine.travel(now + timedelta(hours=25)):
        with kernel.session(company) as session:
            SYNC_JOB.run(session)
        work_off(kernel, company, now=now + timedelta(hours=26))


def _registers(desk: Desk, authority: StandIn, name: str, branch: str) -> None:
    desk.open("/zatca/devices/new")
    desk.fill({"Name": name} | ({"Branch": branch} if branch else {}))
    desk.main.get_by_label("Registered at", exact=True).select_option(label="Simulation")
    desk.press("Save")
    desk.hears("was created.")
    desk.main.get_by_role("link", name="Registration").click()
    desk.press("Make the key")
    desk.main.get_by_label("One-time password").fill(authority.register.new_password())
    desk.press("Ask for the compliance certificate")
    desk.press("Show the documents")
    desk.press("Ask for the certificate")
    expect(desk.main).to_contain_text("The device signs.")


def _registers_the_till(desk: Desk, till: Till, authority: StandIn) -> None:
    """Its key is made at the till, which signs what the steps ask for."""
    desk.open("/zatca/devices/new")
    desk.fill({"Name": "Till 1", "Till": "R01"})
    desk.main.get_by_label("Registered at", exact=True).select_option(label="Simulation")
    desk.main.get_by_label("Key held by", exact=True).select_option(label="The till itself")
    desk.press("Save")
    desk.hears("was created.")
    desk.main.get_by_role("link", name="Registration").click()
    desk.press("Ask the till for its key")
    expect(desk.main).to_contain_text("Waiting for the till R01")
    till.until_synced()
    desk.main.get_by_label("One-time password").fill(authority.register.new_password())
    desk.press("Ask for the compliance certificate")
    expect(desk.main).to_contain_text("Waiting for the till R01")
    till.until_synced()
    desk.press("Show the documents")
    desk.press("Ask for the certificate")
    expect(desk.main).to_contain_text("The device signs.")
    load(till)


def _sells_at(till: Till) -> None:
    """The receipt bears its code at once, with a network or without."""
    till.scan(CODE)
    expect(till.page.locator(".btn-pay")).to_be_enabled()
    till.pay_cash()
    expect(till.page.locator(".receipt .qr")).to_be_visible()
    till.next()


def _stands_at(desk: Desk, number: str, state: str) -> None:
    """The document of a receipt comes to be in this state, once the till has sent it."""

    def stands() -> int:
        desk.work()
        desk.open("/zatca/documents")
        return desk.main.get_by_role("row").filter(has_text=number).filter(has_text=state).count()

    wait_until(stands, f"{number} to stand there as {state}")


def _asks_the_doctor(desk: Desk, chains: dict[str, int]) -> None:
    for device, links in chains.items():
        desk.open("/zatca/devices")
        desk.main.get_by_role("link", name=device).first.click()
        desk.main.get_by_role("link", name="Chain doctor").click()
        expect(desk.main).to_contain_text("The chain is sound")
        expect(desk.main).to_contain_text(f"{links} document")
    assert violations(desk.page) == []


def _mends(desk: Desk, invoice: str) -> None:
    desk.sees(invoice, "Rejected")
    desk.main.get_by_role("link", name="What the authority said").click()
    expect(desk.main).to_contain_text(TOLD)
    expect(desk.main).to_contain_text("BR-KSA-63")
    assert violations(desk.page) == []
    reasons = desk.page.url.removeprefix(desk.address)
    desk.main.get_by_role("link", name="Mend it there").click()
    desk.main.get_by_role("link", name=BUYER).first.click()
    desk.main.get_by_role("link", name="Edit", exact=True).click()
    desk.fill({"Street": "King Fahd Road"})
    desk.press("Save")
    desk.hears("was saved.")
    desk.open(reasons)
    desk.press("Make a new document")
    desk.hears("Another document follows it.")


def _fetches_the_archive(desk: Desk, kernel: Kernel, company: Tenant) -> None:
    with kernel.session(company) as session:
        documents = {one.number: one.xml for one in session.query(Document).order_by(Document.id)}
    desk.open("/zatca/archive")
    assert violations(desk.page) == []
    desk.main.get_by_label("Device").select_option(label="Head office")
    desk.main.get_by_label("With PDFs").check()
    with desk.page.expect_download() as download:
        desk.press("Fetch as ZIP")
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        names = archive.namelist()
        counted = {
            folder: sum(1 for name in names if name.startswith(f"{folder}/"))
            for folder in ("signed", "cleared", "pdf")
        }
        assert counted == {"signed": 4, "cleared": 3, "pdf": 4}
        paper = next(name for name in names if name.startswith("pdf/"))
        inside = PdfReader(io.BytesIO(archive.read(paper))).attachments
        assert [re.sub("xml$", "", name) for name in inside] == [
            re.sub("pdf$", "", paper.removeprefix("pdf/"))
        ]
        assert archive.read("exchanges.csv").decode().count("/invoices/clearance/single") >= 4
    assert len(documents) == 6
