"""Companies that charge VAT, and documents in their books."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft, ensure_account, posted_entry
from addons.accounting.models import Account
from addons.accounting.options import AccountingOptions
from addons.accounting.services.calendar import ensure_years
from addons.vat.services.install import install
from core.addons.options import set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

ROOT = Path(__file__).parents[2]
DAY = date(2026, 3, 14)
ACCOUNTS = (
    ("Assets:Bank", "asset", "bank"),
    ("Assets:Customers", "asset", "receivable"),
    ("Liabilities:Suppliers", "liability", "payable"),
    ("Income:Sales", "income", ""),
    ("Expenses:Goods", "expense", ""),
    ("Expenses:Meals", "expense", ""),
)
_NUMBERS = itertools.count(1)


@contextmanager
def company(kernel: Kernel, country: str, currency: str) -> Iterator[Tenant]:
    """A company of this country, with its taxes installed."""
    with fresh_tenant(kernel, f"vat{next(_NUMBERS)}") as tenant:
        with kernel.session(tenant) as session:
            set_options(session, AccountingOptions, company_currency=currency)
            for code, kind, use in ACCOUNTS:
                ensure_account(session, code, code.rpartition(":")[2], kind, subtype=use)  # type: ignore[arg-type]
            session.execute(
                update(Account)
                .where(Account.subtype.in_(("receivable", "payable")))
                .values(reconcilable=True)
            )
            ensure_years(session, [date(year, 7, 1) for year in (2017, 2020, 2025, 2026, 2027)])
            install(session, country)
        yield tenant


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A company in Riyadh for a whole file: what a test does not commit is gone after it."""
    with company(kernel, "SA", "SAR") as tenant:
        yield tenant


def make_document(
    codes: str,
    net: str,
    gross: str,
    *,
    day: date = DAY,
    buys: bool = False,
    also: tuple[tuple[str, str], ...] = (),
    **more: object,
) -> EntryDraft:
    """A sale of `net` for which the customer owes `gross`, or a purchase; more pairs of code and
    amount follow as `also`."""
    sign = 1 if buys else -1
    account = "Expenses:Goods" if buys else "Income:Sales"
    bases = tuple(
        LineDraft(account, Decimal(amount) * sign, tax_code=code)
        for code, amount in ((codes, net), *also)
    )
    other = "Liabilities:Suppliers" if buys else "Assets:Customers"
    lines = (*bases, LineDraft(other, Decimal(gross) * -sign))
    return EntryDraft(day, lines, journal="PUR" if buys else "SAL", **more)  # type: ignore[arg-type]


@pytest.fixture
def document() -> Callable[..., EntryDraft]:
    """`document("SA-S15", "100", "115")`, see `make_document`."""
    return make_document


def amounts(session: Session, entry_id: int) -> dict[str, Decimal]:
    """What an entry posted, by account."""
    entry = posted_entry(session, entry_id)
    assert entry is not None
    sums: dict[str, Decimal] = {}
    for line in entry.lines:
        sums[line.account] = sums.get(line.account, Decimal(0)) + line.amount
    return sums


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with the real data; script/test leaves these tests out where it is absent."""
    shared = Path(os.environ.get("AORABOOKS_SHARED", ROOT.parent / "shared"))
    if not (shared / "data").is_dir():
        pytest.fail(f"no real data at {shared}: set AORABOOKS_SHARED, or use script/test")
    return shared / "data"
