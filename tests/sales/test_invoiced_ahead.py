"""What is invoiced for months ahead is revenue in those months: a year paid in advance waits on the
account for deferred revenue, month by month less; what is credited waits no longer; and books that
follow later say the same. The story is far ahead, so that no part of it is due by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models.deferral import Deferral
from addons.accounting.options import AccountingOptions
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.deferral.running import post_due
from addons.sales.models import Invoice
from addons.sales.services.crediting import credit_invoice
from addons.sales.services.posting import post_invoice
from addons.sales.services.recurring.contracts import create_contract
from addons.sales.services.recurring.making import make_contract
from addons.sales.services.recurring.steps import begin
from core.addons.lifecycle import enable
from core.addons.options import set_options
from core.events.replay import replay
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import Shop
from tests.trade.whole import ailing, balances_of, company, open_books

D = Decimal
WAITING = "Liabilities:Deferred revenue"
SALES = "Income:Sales"
AHEAD = date(2040, 12, 20)


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A company with books; what a test does is taken back after it."""
    with company(kernel, "contacts", "catalog", "sales", "accounting") as tenant:
        with kernel.session(tenant) as session:
            _open_years(session)
        yield tenant
        assert ailing(kernel, tenant) == []


def _open_years(session: Session) -> None:
    open_books(session)
    ensure_years(session, [date(year, 6, 1) for year in (2040, 2041, 2042)])


def _invoice(session: Session, day: date = AHEAD, **more: Any) -> Invoice:
    """The first invoice of a contract over the year 2041: 3,650, ten for each day."""
    shop = Shop(session)
    product = shop.product("3650", kind="service", name="Support")
    values = {
        "name": "Support",
        "contact_id": shop.customer(),
        "starts_on": date(2041, 1, 1),
        "every": 1,
        "unit": "year",
        "timing": "advance",
        "making": "draft",
        "lines": [{"product_id": product, "quantity": D(1)}],
        **more,
    }
    contract = begin(session, create_contract(session, values))
    (made,) = make_contract(session, contract.id, date(2041, 1, 1)).invoices
    invoice = session.get_one(Invoice, made)
    invoice.day = day
    return post_invoice(session, invoice)


def _waits(session: Session) -> tuple[Decimal, Decimal]:
    """What waits, and what is revenue by now."""
    balances = balances_of(session)
    revenue = balances.get(SALES, D(0)) + balances.get("Income:Sales returns", D(0))
    return -balances.get(WAITING, D(0)), -revenue


def test_a_year_in_advance_is_revenue_month_by_month(session: Session) -> None:
    invoice = _invoice(session)
    record = session.scalars(select(Deferral)).one()
    assert record.source_id == str(invoice.lines[0].id)
    assert record.name.startswith(f"{invoice.number} · Support")
    assert [part.amount for part in record.parts][:3] == [310, 280, 310]
    post_due(session, date(2041, 2, 28))
    posted = sum(part.amount for part in record.parts if part.entry_id is not None)
    assert _waits(session) == (3650 - posted, posted)


def test_what_belongs_to_the_month_of_the_invoice_is_revenue_with_it(session: Session) -> None:
    _invoice(session, date(2041, 11, 5))
    record = session.scalars(select(Deferral)).one()
    assert (record.amount, record.start_date) == (310, date(2041, 12, 1))
    assert record.taken_on == date(2041, 11, 5)


def test_what_is_credited_waits_no_longer(session: Session) -> None:
    invoice = _invoice(session, date(2041, 9, 10))
    assert session.scalars(select(Deferral)).one().amount == 10 * (31 + 30 + 31)
    half = credit_invoice(session, invoice, "allowance", percent=D(50))
    half.day = date(2041, 9, 15)
    post_invoice(session, half)
    ended, running = session.scalars(select(Deferral).order_by(Deferral.id))
    assert (ended.state, running.state) == ("ended", "running")
    assert running.amount == 460
    rest = credit_invoice(session, invoice, "cancellation")
    rest.day = date(2041, 9, 20)
    post_invoice(session, rest)
    assert running.state == "ended"
    assert _waits(session) == (0, 0)
    assert len(session.scalars(select(Deferral)).all()) == 2


def test_a_company_can_leave_its_revenue_where_it_was_invoiced(session: Session) -> None:
    set_options(session, AccountingOptions, defers_revenue=False)
    _invoice(session)
    assert _waits(session) == (0, 3650)


def test_books_that_follow_put_off_the_same(kernel: Kernel) -> None:
    addons = ("contacts", "catalog", "sales")
    with company(kernel, *addons, "accounting") as early, company(kernel, *addons) as late:
        for tenant in (early, late):
            with kernel.session(tenant) as session:
                if tenant is early:
                    _open_years(session)
                invoice = _invoice(session)
                if tenant is early:
                    post_due(session, date(2041, 11, 30))
                note = credit_invoice(session, invoice, "allowance", percent=D(20))
                note.day = date(2041, 12, 5)
                post_invoice(session, note)
        enable(kernel, late, "accounting")
        with kernel.session(late) as session:
            _open_years(session)
            told = replay(session, "accounting", date(2026, 1, 1))
        with kernel.session(early) as session:
            wanted = balances_of(session)
        assert wanted[WAITING] != 0
        for _ in range(2):
            with kernel.session(late) as session:
                assert balances_of(session) == wanted
                assert replay(session, "accounting", date(2026, 1, 1)) == told
