"""What is wrong with the books beside the ledger stands on every report, in its files, and, of what
an invariant sees, on the page of repairs, until it is mended."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pypdf
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal
from addons.accounting.services.trade.choosing import choose_accounts
from addons.reporting.services.asking import Asked
from addons.reporting.services.build import build
from core.api import utc_now
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tests.reporting.workbook import Workbook
from tests.workspace.conftest import Person, hired

REPORT = "/reporting/view/balance-sheet"
REPAIRS = "/settings/repairs"
STOCK, OTHER = "1300", "1310"


@pytest.fixture(scope="module")
def accountant(kernel: Kernel, transport: AppTransport, company: Tenant) -> Iterator[Person]:
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, company, None)


@pytest.fixture(scope="module")
def accounts(kernel: Kernel, company: Tenant) -> dict[str, int]:
    """Two accounts on which stock stands, since a category has its own."""
    with kernel.session(company) as session:
        kept = text("SELECT category_id FROM inventory.cost_pool WHERE value > 0 ORDER BY id")
        category = session.scalars(kept).first()
        assert category is not None
        choose_accounts(session, category, "Its own", {"stock": OTHER})
    with kernel.session(company) as session:
        return {one.code: one.id for one in session.scalars(select(Account))}


@pytest.fixture
def general(kernel: Kernel, company: Tenant) -> int:
    """The journal for entries by hand."""
    with kernel.session(company) as session:
        return session.scalars(select(Journal.id).where(Journal.code == "GEN")).one()


@pytest.fixture
def repairs(kernel: Kernel, company: Tenant, accountant: Person) -> Callable[[], str]:
    """`repairs()` has everything checked and gives the page of repairs."""

    def look() -> str:
        accountant.post(f"{REPAIRS}/check", {})
        work_off(kernel, company)
        return accountant.http.get(REPAIRS).text

    return look


def _stock_is(page: str) -> str:
    """How the invariant of stock stands on the page of repairs: good or bad."""
    found = re.search(r"Stock equals its accounts</th>.*?status-(\w+)", page, re.DOTALL)
    assert found is not None, page
    return found[1]


def _seen_in_files(person: Person, sentence: str) -> list[bool]:
    """Whether the workbook and the paper of the report say it."""
    book = Workbook(person.http.get(f"{REPORT}/file", params={"format": "xlsx"}).content)
    pdf = person.http.get(f"{REPORT}/file", params={"format": "pdf"}).content
    paper = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    cells = [str(cell.value) for cell in book.cells.values()]
    return [any(sentence in one for one in cells), sentence in " ".join(paper.split())]


def test_an_entry_between_accounts_of_stock_is_wrong_until_it_is_reversed(
    accountant: Person, accounts: dict[str, int], general: int, repairs: Callable[[], str]
) -> None:
    assert "Stock: equal to the ledger." in accountant.http.get(REPORT).text
    assert _stock_is(repairs()) == "good"
    api = "/api/v1/accounting/entries"
    lines = [
        {"account_id": accounts[STOCK], "debit": "7.00"},
        {"account_id": accounts[OTHER], "credit": "7.00"},
    ]
    draft = {"journal_id": general, "date": str(utc_now().date()), "lines": lines}
    made = accountant.api.post(api, json=draft)
    assert made.status_code == 201, made.text
    entry = f"{api}/{made.json()['id']}/actions"
    assert accountant.api.post(f"{entry}/post", json={}).status_code == 200
    wrong = f"Stock: account {STOCK} says something else. Difference: 7.00 SAR."
    assert wrong in accountant.http.get(REPORT).text
    assert f"Stock: account {OTHER} says something else. Difference: -7.00 SAR." in (
        accountant.http.get(REPORT).text
    )
    assert _seen_in_files(accountant, wrong) == [True, True]
    page = repairs()
    assert _stock_is(page) == "bad"
    assert re.search(rf"{STOCK}: [\d.]+ for [\d.]+; {OTHER}: [\d.]+ for [\d.]+", page), page
    assert accountant.api.post(f"{entry}/reverse", json={}).status_code == 200
    assert "Stock: equal to the ledger." in accountant.http.get(REPORT).text
    assert _stock_is(repairs()) == "good"


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (
            "UPDATE accounting.asset_move SET cost = cost + 1",
            "Fixed assets: account 1530 says something else. Difference: -1.00 SAR.",
        ),
        (
            "UPDATE sales.gift_card SET balance = balance - 1"
            " WHERE id = (SELECT min(id) FROM sales.gift_card WHERE balance > 1)",
            "Gift cards: account",
        ),
        (
            "UPDATE sales.loyalty_account SET worth = worth + 1"
            " WHERE id = (SELECT min(id) FROM sales.loyalty_account)",
            "Loyalty points: account Liabilities:Loyalty points says something else."
            " Difference: 1.00 SAR.",
        ),
        (
            "UPDATE accounting.settlement_part SET amount = amount - 1 WHERE id = ("
            " SELECT min(part.id) FROM accounting.settlement_part AS part"
            "   JOIN accounting.journal_line AS line ON line.id = part.line_id"
            "   JOIN accounting.account ON account.id = line.account_id AND account.code = '1100')",
            "1100 is not the sum of its open items. Difference: -1.00 SAR.",
        ),
    ],
    ids=["assets", "gift cards", "points", "receivables"],
)
def test_each_book_beside_the_ledger_is_named(past_guards: Session, broken: str, told: str) -> None:
    before = _said(past_guards)
    with past_guards.begin_nested() as undone:
        past_guards.execute(text(broken))
        found = _said(past_guards)
        undone.rollback()
    assert [one for one in before if one.startswith(told)] == []
    assert [one for one in found if one.startswith(told)] != [], found


def _said(session: Session) -> list[str]:
    """What the checks of the balance sheet find wrong."""
    session.expire_all()
    sheet = build(session, Asked("balance-sheet"), "en").sheet
    return [check.sentence for check in sheet.checks if check.state == "bad"]
