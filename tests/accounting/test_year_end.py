"""The result of a year is carried to retained earnings, the income statement stays what it was, and
the next year opens with what this one closed with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, post_entry
from addons.accounting.models import FiscalYear, JournalEntry
from addons.accounting.options import AccountingOptions
from addons.accounting.services import statements, year_end
from addons.accounting.services.balances import balances
from addons.accounting.services.chart import create_accounts
from addons.accounting.services.closing import doing
from addons.accounting.services.ledger import seal_now
from core.api import Conflict, Period, set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.closing_desk import ACCOUNTS, bill, close_all_before, period, step

Sale = Callable[..., EntryDraft]
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def books(kernel: Kernel, tenant: Tenant, sale: Sale) -> Iterator[Session]:
    """A year of sales of 1,000 and rent of 300, of which December alone is open."""
    with kernel.session(tenant) as session:
        create_accounts(session, ACCOUNTS)  # type: ignore[arg-type]
        set_options(
            session,
            AccountingOptions,
            carries_result=True,
            retained_earnings_account="Equity:Retained",
        )
        post_entry(session, sale("1000", day=date(2026, 5, 4)))
        post_entry(session, bill(date(2026, 6, 4), "Landlord", "300"))
        seal_now(session)
        close_all_before(session, "2026-12")
        yield session
        session.rollback()


def _year(session: Session) -> FiscalYear:
    return session.scalars(select(FiscalYear).where(FiscalYear.name == "2026")).one()


def _held(session: Session, on: date, code: str) -> Decimal:
    found = {b.code: b.closing for b in balances(session, None, on)}
    return found.get(code, Decimal(0))


def test_the_result_is_carried_and_the_income_statement_stays(books: Session) -> None:
    before = statements.income_statement(books, YEAR)
    assert step(books, "2026-12", "accounting.year_end").state.status == "open"
    doing.run_step(books, period(books, "2026-12").id, "accounting.year_end")
    seal_now(books)
    assert step(books, "2026-12", "accounting.year_end").state.status == "done"
    assert _held(books, date(2026, 12, 31), "Equity:Retained") == Decimal(-700)
    assert _held(books, date(2026, 12, 31), "Equity:Result carried forward") == Decimal(700)
    assert statements.income_statement(books, YEAR) == before
    opening = {b.code: b.opening for b in balances(books, date(2027, 1, 1), None)}
    closing = {b.code: b.closing for b in balances(books, None, date(2026, 12, 31))}
    assert opening == closing


def test_the_result_is_carried_once_and_taken_back_by_a_reversal(books: Session) -> None:
    year_id = _year(books).id
    entry_id = year_end.carry_result(books, year_id).id
    with pytest.raises(Conflict, match="was carried by entry"):
        year_end.carry_result(books, year_id)
    seal_now(books)
    year_end.take_back(books, year_id, "A bill was forgotten")
    seal_now(books)
    assert year_end.carried(books, _year(books)) is None
    assert _held(books, date(2026, 12, 31), "Equity:Retained") == 0
    assert year_end.carry_result(books, year_id).id != entry_id


def test_a_result_that_changed_since_is_to_be_carried_anew(books: Session, sale: Sale) -> None:
    year_end.carry_result(books, _year(books).id)
    post_entry(books, sale("50", day=date(2026, 12, 30)))
    seal_now(books)
    state = step(books, "2026-12", "accounting.year_end").state
    assert state.status == "open"
    assert "changed" in state.sentence


def test_a_year_with_open_months_is_not_carried(books: Session) -> None:
    doing.reopen(books, period(books, "2026-11").id, "A bill was forgotten")
    with pytest.raises(Conflict, match="still open: 2"):
        year_end.carry_result(books, _year(books).id)


def test_other_months_and_other_companies_are_not_asked_for_it(books: Session) -> None:
    assert step(books, "2026-11", "accounting.year_end").state.status == "not_needed"
    set_options(books, AccountingOptions, carries_result=False)
    assert step(books, "2026-12", "accounting.year_end").state.status == "not_needed"


def test_the_page_of_the_year_shows_its_months_and_its_result(
    as_user: Callable[..., httpx.Client], kernel: Kernel, tenant: Tenant, sale: Sale
) -> None:
    with kernel.session(tenant) as session:
        post_entry(session, sale("12.50", day=date(2026, 1, 4)))
        key = _year(session).id
    page = as_user("accounting.auditor").get(f"/accounting/closing/years/{key}")
    assert page.status_code == 200, page.text
    assert "12.50" in page.text
    assert page.text.count("closing-period is-open") == 12
    with kernel.session(tenant) as session:
        assert session.scalar(select(JournalEntry.id).limit(1)) is not None
