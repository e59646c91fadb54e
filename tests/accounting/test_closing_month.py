"""A month of a company in Riyadh, from its opening balances to a pack that an auditor verifies.

Noor Trading begins on 1 January 2026 with the balances of its old system. In January it sells and
buys with VAT, one sale in euros, and uses a machine. In February its accountant brings in the old
system's balances and the bank's statement, matches it, files the VAT return, and works the
checklist through: depreciation, revaluation, the rest; closes the month, locks it, pays the VAT,
and makes the audit pack, which the verifier finds sound; all in the browser. The figures were
worked out by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Period
from addons.accounting.models.assets import AssetCategory
from addons.accounting.services.assets.keeping import create_asset, put_into_service
from addons.accounting.services.balances import balances
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.charts.install import install_chart
from addons.accounting.services.currencies import create_rate
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import post, seal_now
from addons.vat.options import VatOptions
from addons.vat.services.install import install
from core.api import set_options
from core.auth.credentials import SESSION_COOKIE
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tenants.testing.tenants import fresh_tenant
from tests.accounting.banking import camt, open_bank
from tests.accounting.packs import run_verifier
from tests.chrome import violations

OPENING = """account,name,debit,credit
1030,Bank,50000.00,
1530,Machinery,12000.00,
3000,Capital,,62000.00
"""
END = date(2026, 1, 31)
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def noor(kernel: Kernel) -> Iterator[Tenant]:
    """The company after its January, before anything of it was closed."""
    with fresh_tenant(kernel, "noor-trading") as tenant:
        with kernel.session(tenant) as session:
            install_chart(session, "saudi_arabia")
            ensure_years(session, [date(2026, 1, 1)])
            install(session, "SA")
            set_options(session, VatOptions, months=1)
        with kernel.session(tenant) as session:
            _trade(session)
        yield tenant


def _open(kernel: Kernel, noor: Tenant, desk: Page) -> None:
    """Bring the old system's balances in as a file, see them proved, and post them."""
    desk.goto("/accounting/openings/new")
    desk.get_by_label("Name", exact=True).first.fill("Old system")
    desk.locator("#input-date").fill("2026-01-01")
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.wait_for_url(re.compile(r"/accounting/openings/\d+$"))
    opening = desk.url
    desk.get_by_role("link", name="Proof").click()
    desk.get_by_role("link", name="Bring a trial balance").click()
    file = {"name": "old-system.csv", "mimeType": "text/csv", "buffer": OPENING.encode()}
    desk.set_input_files("#import-file", file)  # type: ignore[arg-type]
    desk.locator("main button[value=run]").click()
    desk.wait_for_url("**/imports/*")
    work_off(kernel, noor)
    desk.goto(f"{opening}/proof")
    expect(desk.locator("h1 ~ .status")).to_have_text("Equal")
    assert violations(desk) == []
    desk.goto(opening)
    desk.locator("main").get_by_role("link", name="Post", exact=True).click()
    desk.locator("main").get_by_role("button", name="Post", exact=True).click()
    expect(desk.locator("main")).to_contain_text("Posted")
    desk.goto(f"{opening}/proof")
    expect(desk.locator("main")).to_contain_text("what stands in the books")


def _trade(session: Session) -> None:
    create_rate(session, {"currency": "EUR", "date": date(2026, 1, 1), "rate": Decimal("4.00")})
    create_rate(session, {"currency": "EUR", "date": END, "rate": Decimal("4.20")})
    accounts = {account.code: account for account in session.scalars(select(Account))}
    open_bank(session, code="1030")
    _document(session, 5, "1150", ("4000", "-1000"), reference="INV-0001")
    _document(session, 9, "-575", ("5000", "500"), reference="B-77", account="2000")
    foreign = (
        LineDraft("1100", Decimal("400"), original_amount=Decimal(100), original_currency="EUR"),
        LineDraft("4000", Decimal("-400"), original_amount=Decimal(-100), original_currency="EUR"),
    )
    post(session, EntryDraft(date(2026, 1, 12), foreign, journal="SAL", reference="INV-0002"))
    category = AssetCategory(
        name="Machines",
        asset_account_id=accounts["1530"].id,
        depreciation_account_id=accounts["1630"].id,
        expense_account_id=_named(session, "expense", "Depreciation").id,
        gain_account_id=_named(session, "income", "gain").id,
        loss_account_id=_named(session, "expense", "loss").id,
        months=60,
    )
    session.add(category)
    session.flush()
    asset = create_asset(
        session,
        {
            "name": "Press",
            "category_id": category.id,
            "acquired_on": date(2026, 1, 1),
            "in_service_on": date(2026, 1, 1),
            "cost": Decimal(12000),
            "opening_on": date(2026, 1, 1),
        },
    )
    put_into_service(session, asset)
    seal_now(session)


def _document(
    session: Session,
    day: int,
    gross: str,
    other: tuple[str, str],
    *,
    reference: str,
    account: str = "1100",
) -> None:
    """A sale or purchase with 15 % VAT: the tax engine adds the tax line."""
    value = Decimal(other[1])
    code = "SA-S15" if value < 0 else "SA-P15"
    lines = (
        LineDraft(account, Decimal(gross), due_date=END),
        LineDraft(other[0], value, tax_code=code),
    )
    journal = "SAL" if value < 0 else "PUR"
    post(
        session,
        EntryDraft(
            date(2026, 1, day), lines, journal=journal, partner="Al Noor", reference=reference
        ),
    )


def _named(session: Session, kind: str, word: str) -> Account:
    found = select(Account).where(Account.type == kind, Account.name.icontains(word))
    return session.scalars(found.order_by(Account.code)).first()  # type: ignore[return-value]


@pytest.fixture
def desk(
    kernel: Kernel, transport: AppTransport, noor: Tenant, browser: Browser, port: int
) -> Iterator[Page]:
    """The accountant's browser; at the end no script has failed."""
    host = f"{noor.slug}.localhost"
    with ExitStack() as stack:
        http = stack.enter_context(open_browser(transport, host))
        sign_in(kernel, noor, http, ["accounting.accountant"])
        context = browser.new_context(base_url=f"http://{host}:{port}", accept_downloads=True)
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


def _match_the_bank(desk: Page) -> None:
    content = camt(
        ("1150", "Payment INV-0001", {"name": "Al Noor"}),
        ("-575", "Bill B-77", {"name": "Al Noor"}),
        opening="50000",
        day=date(2026, 1, 28),
    )
    desk.goto("/accounting/bank/import")
    file = {"name": "january.xml", "mimeType": "application/xml", "buffer": content}
    desk.set_input_files("#import-file", file)  # type: ignore[arg-type]
    desk.locator("main").get_by_role("button", name="Import").click()
    for left, title in ((1, "Payment INV-0001"), (0, "Bill B-77")):
        expect(desk.locator("#bank-detail")).to_contain_text(title)
        expect(desk.locator("#bank-progress-count")).to_have_text(f"{left + 1} of 2 left")
        expect(desk.locator("#bank-detail .is-best")).to_be_visible()
        desk.keyboard.press("Enter")
        expect(desk.locator("#bank-progress-count")).to_have_text(f"{left} of 2 left")
    assert "0.00" in desk.locator("#bank-difference").inner_text()


def _file_the_return(desk: Page) -> None:
    """Write the return of January, see that it agrees with the books, and file it."""
    desk.goto("/vat/returns/new")
    desk.get_by_label("First day").fill("2026-01-01")
    desk.get_by_label("Last day").fill(END.isoformat())
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_role("link", name="Open the form").click()
    expect(desk.locator("main")).to_contain_text("agree with the tax accounts of the ledger: 75.00")
    desk.get_by_role("link", name="File the return").click()
    desk.locator("main").get_by_role("button", name="File the return").click()
    expect(desk.locator("main")).to_contain_text("75.00 is due")


def _pay_the_return(desk: Page) -> None:
    """Pay what is due from the bank account, and see that the return is settled."""
    desk.goto("/vat/returns")
    desk.locator("#results tbody th a").first.click()
    desk.get_by_role("link", name="Open the form").click()
    expect(desk.locator("main")).to_contain_text("75.00 to be paid")
    desk.get_by_role("link", name="Record the payment").click()
    desk.get_by_label("Bank or cash account").press_sequentially("1030")
    expect(desk.get_by_role("option").first).to_contain_text("1030")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator("main")).to_contain_text("Posted")
    desk.goto("/vat/returns")
    desk.locator("#results tbody th a").first.click()
    desk.get_by_role("link", name="Open the form").click()
    expect(desk.locator("main")).to_contain_text("Settled")
    assert violations(desk) == []


def _read_the_statements(desk: Page) -> None:
    """The month's statements: 1,400 sold, 20 gained on euros, 500 and 200 spent."""
    desk.goto(f"/accounting/income-statement?from=2026-01-01&to={END}")
    for heading, total in (("Income", "1,420.00"), ("Expenses", "700.00")):
        expect(desk.get_by_role("table", name=heading).locator("tfoot")).to_contain_text(total)
    expect(desk.locator("main dl dd")).to_have_text("720.00 SAR")
    desk.goto(f"/accounting/balance-sheet?to={END}")
    # The bank, the euros at 4.20 and the press; against that, VAT, capital and the result.
    for heading, total in (
        ("Assets", "62,795.00"),
        ("Liabilities", "75.00"),
        ("Equity", "62,000.00"),
        ("Result", "720.00"),
    ):
        expect(desk.get_by_role("table", name=heading).locator("tfoot")).to_contain_text(total)


def _work_the_checklist(desk: Page, url: str) -> list[str]:
    """Do what the machine can do, and tick what a person says; returns the titles done."""
    done = []
    for label in ("Do it", "It is done"):
        while True:
            desk.goto(url)
            button = desk.get_by_role("button", name=label).first
            if not button.count():
                break
            done.append(button.inner_text().partition(": ")[2])
            button.click()
            desk.wait_for_load_state()
    return done


def test_a_month_from_opening_balances_to_a_verified_audit_pack(
    kernel: Kernel, noor: Tenant, desk: Page, tmp_path: Path
) -> None:
    _open(kernel, noor, desk)
    _match_the_bank(desk)
    _file_the_return(desk)  # 150 on sales, 75 on purchases
    with kernel.session(noor) as session:
        january = session.scalars(select(Period).where(Period.end_date == END)).one().id
    url = f"/accounting/closing/{january}"
    done = _work_the_checklist(desk, url)
    assert {"Post depreciation", "Revalue foreign currencies"} <= set(done), done
    desk.goto(url)
    assert violations(desk) == []
    desk.get_by_role("button", name="Close 2026-01").click()
    desk.locator("main summary", has_text="Lock for good").click()
    desk.get_by_role("button", name="Lock 2026-01 for good").click()
    desk.wait_for_load_state()
    with kernel.session(noor) as session:
        assert session.get_one(Period, january).state == "locked"
        shown = {b.code: b.closing for b in balances(session, None, END) if b.closing}
    assert shown["1030"] == Decimal(50575)  # 50,000 + 1,150 - 575
    assert shown["1630"] == Decimal(-200)  # 12,000 over 60 months
    receivable = sum(amount for code, amount in shown.items() if code.startswith("1100"))
    assert receivable == Decimal(420)  # EUR 100 at 4.20
    _read_the_statements(desk)
    _pay_the_return(desk)
    _pack_and_verify(kernel, noor, desk, tmp_path)


def _pack_and_verify(kernel: Kernel, noor: Tenant, desk: Page, folder: Path) -> None:
    desk.goto("/accounting/audit-packs")
    desk.get_by_label("Fiscal year").select_option(label="2026")
    desk.get_by_role("button", name="Make an audit pack").click()
    desk.wait_for_load_state()
    work_off(kernel, noor)
    desk.goto("/accounting/audit-packs")
    assert violations(desk) == []
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Download").click()
    pack = folder / "2026.zip"
    download.value.save_as(pack)
    verdict = run_verifier(pack)
    assert (verdict.status, verdict.problems) == (0, [])
    digest = verdict.out.partition("digest of the manifest: ")[2].splitlines()[0]
    expect(desk.get_by_text(digest)).to_be_visible()
