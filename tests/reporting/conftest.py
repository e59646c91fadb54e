"""Books to report on: a company for each file, and short ways to keep its accounts."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft, post_entry
from addons.accounting.models import Account
from addons.accounting.services.calendar import ensure_years
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

ROOT = Path(__file__).parents[2]
_NUMBERS = itertools.count(1)
CHART = (
    ("1000", "Cash", "asset", "cash", "bs.cash"),
    ("1010", "Bank", "asset", "bank", "bs.cash"),
    ("1100", "Receivables", "asset", "receivable", "bs.receivables"),
    ("1200", "Inventory", "asset", "inventory", "bs.inventory"),
    ("1500", "Machines", "asset", "fixed_asset", "bs.ppe"),
    ("1590", "Depreciation so far", "asset", "fixed_asset", "bs.ppe_depreciation"),
    ("2000", "Payables", "liability", "payable", "bs.payables"),
    ("2100", "VAT", "liability", "tax", "bs.vat_output"),
    ("2500", "Loan", "liability", "", "bs.borrowings"),
    ("3000", "Capital", "equity", "", "bs.capital"),
    ("3100", "Retained earnings", "equity", "retained_earnings", "bs.retained"),
    ("4000", "Sales", "income", "", "pl.revenue"),
    ("4100", "Interest", "income", "", "pl.finance_income"),
    ("5000", "Goods sold", "expense", "cost_of_sales", "pl.cost_of_sales"),
    ("6000", "Rent", "expense", "", "pl.admin"),
    ("6100", "Depreciation", "expense", "", "pl.depreciation"),
    ("6200", "Unsorted", "expense", "", ""),
)
Post = Callable[..., int]


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """One company for a whole file: what a test does not commit is gone after it."""
    with fresh_tenant(kernel, f"reports{next(_NUMBERS)}") as tenant:
        with kernel.session(tenant) as session:
            add_chart(session)
        yield tenant


def add_chart(session: Session) -> None:
    """The accounts of a small trading company, one without a place in the statements."""
    session.add_all(
        Account(
            code=code,
            name=name,
            type=kind,
            subtype=subtype,
            report_line=line,
            reconcilable=subtype in ("receivable", "payable"),
        )
        for code, name, kind, subtype, line in CHART
    )
    ensure_years(session, [date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)])


def post_lines(
    session: Session, day: date, amounts: Mapping[str, str | int | Decimal], **more: object
) -> int:
    """Post an entry from accounts and amounts, debits positive."""
    lines = tuple(LineDraft(code, Decimal(amount)) for code, amount in amounts.items())
    return post_entry(session, EntryDraft(day, lines, **more)).id  # type: ignore[arg-type]


@pytest.fixture
def post(session: Session) -> Post:
    """`post(date(2026, 3, 1), {"1000": 100, "4000": -100})` posts an entry."""

    def post(day: date, amounts: Mapping[str, str | int | Decimal], **more: object) -> int:
        return post_lines(session, day, amounts, **more)

    return post


@pytest.fixture(scope="session")
def ledgers() -> Path:
    """The folder with the real ledgers; script/test leaves these tests out where it is absent."""
    shared = Path(os.environ.get("AORABOOKS_SHARED", ROOT.parent / "shared"))
    folder = shared / "data" / "ledgers"
    if not folder.is_dir():
        pytest.fail(f"no real ledgers at {folder}: set AORABOOKS_SHARED, or use script/test")
    return folder
