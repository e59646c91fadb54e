"""A usual bill has not come when the month is closed: it is proposed, a person decides, and the
accrual is gone again on the first day of the next month."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import post_entry
from addons.accounting.models import Account, Accrual, JournalEntry
from addons.accounting.options import AccountingOptions
from addons.accounting.services import accrual_proposals, accruals
from addons.accounting.services.balances import balances
from addons.accounting.services.chart import create_accounts
from addons.accounting.services.closing import doing
from addons.accounting.services.default_accounts import AccountIsNotChosen
from addons.accounting.services.ledger import seal_now
from core.api import Conflict, InvalidInput, set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.closing_desk import ACCOUNTS, bill, period, step


@pytest.fixture
def books(kernel: Kernel, tenant: Tenant) -> Iterator[Session]:
    """Four months of rent and three of power; in May the landlord has billed. Nothing is kept."""
    with kernel.session(tenant) as session:
        create_accounts(session, ACCOUNTS)  # type: ignore[arg-type]
        set_options(session, AccountingOptions, accrued_expense_account="Liabilities:Accrued")
        for month in range(1, 6):
            post_entry(session, bill(date(2026, month, 5), "Landlord", "4500"))
        for month, amount in ((1, "700"), (2, "9000"), (4, "740")):
            post_entry(session, bill(date(2026, month, 12), "Power company", amount))
        post_entry(session, bill(date(2026, 3, 9), "Plumber", "300"))
        seal_now(session)
        yield session
        session.rollback()


def _rent(session: Session, on: date) -> Decimal:
    found = {b.code: b.closing for b in balances(session, None, on)}
    return found.get("Expenses:Rent", Decimal(0))


def _draft(session: Session, **more: Any) -> Accrual:
    account = session.scalars(select(Account.id).where(Account.code == "Expenses:Rent")).one()
    values = {"date": date(2026, 5, 17), "account_id": account, "amount": Decimal("250.00")}
    return accruals.create_accrual(session, {**values, "partner": "Cleaner", **more})


def test_an_accrual_is_posted_on_the_last_day_and_reversed_on_the_first(books: Session) -> None:
    before = _rent(books, date(2026, 5, 31))
    accrual = _draft(books)
    assert accrual.date == date(2026, 5, 31)
    accruals.post_accrual(books, accrual)
    assert _rent(books, date(2026, 5, 30)) == before
    assert _rent(books, date(2026, 5, 31)) == before + 250
    seal_now(books)
    assert _rent(books, date(2026, 6, 1)) == before
    reversal = books.get_one(JournalEntry, accrual.reversal_id)
    assert (reversal.date, reversal.reverses_id) == (date(2026, 6, 1), accrual.entry_id)
    with pytest.raises(Conflict, match="reversed on the day after"):
        accruals.post_accrual(books, accrual)


def test_the_accrual_of_december_is_reversed_in_a_year_that_is_set_up_for_it(
    books: Session,
) -> None:
    accrual = _draft(books, date=date(2026, 12, 1))
    accruals.post_accrual(books, accrual)
    assert books.get_one(JournalEntry, accrual.reversal_id).date == date(2027, 1, 1)


def test_what_usually_comes_and_is_missing_is_proposed_with_its_median(books: Session) -> None:
    found = accrual_proposals.proposals(books, period(books, "2026-05"))
    assert [(one.partner, one.months, one.amount) for one in found] == [
        ("Power company", 3, Decimal(740))
    ]
    both = accrual_proposals.proposals(books, period(books, "2026-06"))
    assert [one.partner for one in both] == ["Landlord", "Power company"]


def test_each_missing_bill_is_accrued_or_not_expected_and_then_the_step_is_done(
    books: Session,
) -> None:
    june = period(books, "2026-06")
    assert "Landlord, Power company" in step(books, "2026-06", "accounting.accruals").state.sentence
    rent, power = accrual_proposals.proposals(books, june)
    accrual_proposals.accept(books, june, rent.key, Decimal("4600.00"))
    accrual_proposals.dismiss(books, june, power.key)
    state = step(books, "2026-06", "accounting.accruals").state
    assert state.status == "done"
    with pytest.raises(Conflict, match="was decided"):
        accrual_proposals.accept(books, june, rent.key, Decimal(1))
    states = {one.partner: one.state for one in books.scalars(select(Accrual))}
    assert states == {"Landlord": "posted", "Power company": "dismissed"}


def test_the_machine_posts_the_drafts_of_the_month(books: Session) -> None:
    _draft(books)
    _draft(books, partner="Guard", amount=Decimal(80))
    assert step(books, "2026-05", "accounting.accruals").state.can_run
    said = doing.run_step(books, period(books, "2026-05").id, "accounting.accruals")
    assert "2" in said
    assert accruals.post_drafts_of(books, period(books, "2026-05")) == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"date": date(1999, 1, 1)}, "date"), ({"amount": Decimal("0.001")}, "amount")],
)
def test_what_cannot_be_is_refused_by_its_field(
    books: Session, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _draft(books, **wrong)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_without_an_account_for_accruals_it_says_where_to_choose_one(books: Session) -> None:
    set_options(books, AccountingOptions, accrued_expense_account="")
    with pytest.raises(AccountIsNotChosen) as refused:
        accruals.post_accrual(books, _draft(books))
    assert "Settings" in refused.value.fix


def test_missing_bills_are_decided_on_their_page(
    as_user: Callable[..., httpx.Client], kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        create_accounts(session, ACCOUNTS)  # type: ignore[arg-type]
        set_options(session, AccountingOptions, accrued_expense_account="Liabilities:Accrued")
        for month in (6, 7, 8):
            post_entry(session, bill(date(2026, month, 5), "Phone company", "99.50"))
        key = period(session, "2026-09").id
    browser = as_user("accounting.accountant")
    address = f"/accounting/closing/{key}/accruals"
    page = browser.get(address)
    assert page.status_code == 200, page.text
    assert "Phone company" in page.text
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    proposal = page.text.split('name="key" value="')[1].split('"')[0]
    sent = {"csrf_token": token, "key": proposal, "amount": "101.25", "decision": "accrue"}
    assert browser.post(address, data=sent).status_code == 303
    shown = browser.get(address).text
    assert "101.25" in shown
    assert "was decided" in shown
    auditor = as_user("accounting.auditor")
    assert auditor.post(address, data=sent).status_code == 403
