"""Real ledgers with their known balances, and a company to keep books for."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.chart import create_accounts
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.tenants import fresh_tenant
from tests.chrome import launched, served

ROOT = Path(__file__).parents[2]


_NUMBERS = itertools.count(1)
ACCOUNTS = {
    "Assets:Cash": "asset",
    "Assets:Bank": "asset",
    "Liabilities:Loan": "liability",
    "Equity:Capital": "equity",
    "Income:Sales": "income",
    "Expenses:Rent": "expense",
}
DAY = date(2026, 3, 14)


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """One company for a whole file: what a test does not commit is gone after it."""
    with fresh_tenant(kernel, f"books{next(_NUMBERS)}") as tenant:
        with kernel.session(tenant) as session:
            create_accounts(session, ACCOUNTS)  # type: ignore[arg-type]
            ensure_years(session, [DAY])
        yield tenant


@pytest.fixture
def sale() -> Callable[..., EntryDraft]:
    """`sale("12.50")` is a sound entry: cash is debited, sales are credited."""

    def sale(amount: str = "10", *, day: date = DAY, **more: object) -> EntryDraft:
        value = Decimal(amount)
        lines = (LineDraft("Assets:Cash", value), LineDraft("Income:Sales", value.copy_negate()))
        return EntryDraft(day, lines, **more)  # type: ignore[arg-type]

    return sale


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def port(kernel: Kernel) -> Iterator[int]:
    """Where the books are served over a real socket."""
    app = Application(kernel)
    with served(app) as port:
        yield port
    app.close()


@pytest.fixture(scope="session")
def ledgers() -> Path:
    """The folder with the real ledgers; script/test leaves these tests out where it is absent."""
    shared = Path(os.environ.get("AORABOOKS_SHARED", ROOT.parent / "shared"))
    folder = shared / "data" / "ledgers"
    if not folder.is_dir():
        pytest.fail(f"no real ledgers at {folder}: set AORABOOKS_SHARED, or use script/test")
    return folder
