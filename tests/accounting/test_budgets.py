"""A company plans its year. Entries that exceed the plan are stopped or asked about, somebody with
the right allows more with a reason, and the comparison says where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft, post_entry
from addons.accounting.errors import EntryIsInvalid
from addons.accounting.models import Account, Budget, FiscalYear
from addons.accounting.services.budgets import keeping, report
from addons.accounting.services.budgets.targets import planned
from addons.accounting.services.chart import create_accounts
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.reversal import reverse
from core.api import Actor, Conflict, InvalidInput, NeedsConfirmation, Period
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.closing_desk import ACCOUNTS, bill

PERSON = Actor("user", "Clerk", user_id=None, unlimited=True)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture(scope="module", autouse=True)
def _chart(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        more = {**ACCOUNTS, "Expenses:Travel:Air": "expense", "Expenses:Travel:Taxi": "expense"}
        create_accounts(session, more)  # type: ignore[arg-type]


@pytest.fixture
def books(kernel: Kernel, tenant: Tenant) -> Iterator[Session]:
    """A person's session whose work is not kept."""
    with kernel.session(tenant, actor=PERSON) as session:
        yield session
        session.rollback()


def _budget(session: Session, *lines: dict[str, Any], **more: Any) -> Budget:
    year = session.scalars(select(FiscalYear).where(FiscalYear.name == "2026")).one()
    values = {"name": "Costs", "fiscal_year_id": year.id, "lines": lines, **more}
    budget = keeping.create_budget(session, values)
    keeping.put_in_force(session, budget)
    return budget


def _rent(session: Session) -> int:
    return session.scalars(select(Account.id).where(Account.code == "Expenses:Rent")).one()


@settings(max_examples=30, deadline=None)
@given(cents=st.integers(0, 10**11))
def test_a_years_amount_lies_on_its_months_to_the_last_cent(
    kernel: Kernel, tenant: Tenant, cents: int
) -> None:
    with kernel.session(tenant) as session:
        amount = Decimal(cents).scaleb(-2)
        plan = planned(session, _budget(session, {"prefix": "Expenses", "amount": amount}))[0]
        assert len(plan.months) == 12
        assert sum(plan.months.values()) == amount
        session.rollback()


def test_a_budget_stops_what_exceeds_it_and_names_the_figures(books: Session) -> None:
    _budget(books, {"account_id": _rent(books), "amount": Decimal(1000)}, control="stop")
    post_entry(books, bill(date(2026, 2, 3), "Landlord", "900"))
    with pytest.raises(EntryIsInvalid) as refused:
        post_entry(books, bill(date(2026, 3, 3), "Landlord", "100.01"))
    for figure in ("1,000", "900", "100.01", "0.01 too much", "Expenses:Rent"):
        assert figure in refused.value.message
    post_entry(books, bill(date(2026, 3, 3), "Landlord", "100"))
    post_entry(books, bill(date(2026, 3, 4), "Landlord", "-50"))


@pytest.mark.parametrize(
    ("span", "day", "fits"),
    [
        ("annual", date(2026, 1, 31), True),
        ("cumulative", date(2026, 1, 31), False),
        ("cumulative", date(2026, 3, 31), True),
        ("monthly", date(2026, 3, 31), False),
    ],
)
def test_a_budget_is_compared_over_the_months_it_says(
    books: Session, span: str, day: date, fits: bool
) -> None:
    line = {"account_id": _rent(books), "amount": Decimal(1200)}
    _budget(books, line, control="stop", span=span)
    if fits:
        assert post_entry(books, bill(day, "Landlord", "250")).created
        return
    with pytest.raises(EntryIsInvalid, match="too much"):
        post_entry(books, bill(day, "Landlord", "250"))


def test_a_budget_that_warns_asks_a_person_and_lets_jobs_go_on(
    books: Session, kernel: Kernel, tenant: Tenant
) -> None:
    _budget(books, {"prefix": "Expenses:Travel", "amount": Decimal(10)}, control="warn")
    with pytest.raises(NeedsConfirmation, match="too much"):
        post_entry(books, bill(date(2026, 2, 3), "Airline", "500", "Expenses:Travel:Air"))
    books.rollback()
    with kernel.session(tenant) as session:
        _budget(session, {"prefix": "Expenses:Travel", "amount": Decimal(10)}, control="warn")
        flight = bill(date(2026, 2, 3), "Airline", "500", "Expenses:Travel:Air")
        assert post_entry(session, flight).created
        session.rollback()


def test_more_is_allowed_only_with_a_reason(books: Session) -> None:
    budget = _budget(books, {"prefix": "Expenses:Travel", "amount": Decimal(10)}, control="stop")
    taxi = bill(date(2026, 2, 3), "Taxi", "15", "Expenses:Travel:Taxi")
    with pytest.raises(EntryIsInvalid):
        post_entry(books, taxi)
    with pytest.raises(InvalidInput, match="Say why"):
        keeping.allow_more(books, budget.lines[0].id, Decimal(5), " ")
    keeping.allow_more(books, budget.lines[0].id, Decimal(5), "Visit of the auditor")
    assert post_entry(books, taxi).created
    assert report.compare(books, budget, *_year())[0].variance == 0


def _year() -> tuple[date, date]:
    assert YEAR.start is not None
    assert YEAR.end is not None
    return YEAR.start, YEAR.end


def test_what_was_posted_before_and_reversals_are_never_held_up(books: Session) -> None:
    entry_id = post_entry(books, bill(date(2026, 2, 3), "Landlord", "-70")).id
    once = bill(date(2026, 2, 4), "Landlord", "80", source_type="t", source_id="1")
    post_entry(books, once)
    seal_now(books)
    _budget(books, {"account_id": _rent(books), "amount": Decimal(1)}, control="stop")
    assert not post_entry(books, once).created
    assert reverse(books, entry_id, on=date(2026, 2, 5)).created


def test_a_budget_of_a_branch_or_a_value_of_a_dimension_looks_at_nothing_else(
    books: Session,
) -> None:
    branch = books.scalar(text("INSERT INTO core.branch (name) VALUES ('Jeddah') RETURNING id"))
    dimension = books.scalar(
        text("INSERT INTO accounting.dimension (code, name) VALUES ('CC', 'Centre') RETURNING id")
    )
    value, other = books.scalars(
        text(
            "INSERT INTO accounting.dimension_value (dimension_id, code, name)"
            " VALUES (:dimension, 'HQ', 'Head office'), (:dimension, 'WH', 'Warehouse')"
            " RETURNING id"
        ),
        {"dimension": dimension},
    )
    rent = {"account_id": _rent(books), "amount": Decimal(100)}
    _budget(books, {**rent, "branch_id": branch}, name="Branch", control="stop")
    _budget(books, {**rent, "dimension_value_id": value}, name="Centre", control="stop")
    analytic = {str(dimension): {str(value): "40", str(other): "60"}}

    def pay(amount: str, **more: Any) -> EntryDraft:
        rent = LineDraft("Expenses:Rent", Decimal(amount), analytic=more.pop("analytic", None))
        lines = (rent, LineDraft("Assets:Bank", -Decimal(amount)))
        return EntryDraft(date(2026, 4, 1), lines, **more)

    assert post_entry(books, pay("500")).created
    assert post_entry(books, pay("250", analytic=analytic)).created
    with pytest.raises(EntryIsInvalid, match="Head office"):
        post_entry(books, pay("1", analytic=analytic))
    assert post_entry(books, pay("100", branch_id=branch)).created
    with pytest.raises(EntryIsInvalid, match="Jeddah"):
        post_entry(books, pay("1", branch_id=branch))


def test_one_edition_is_in_force_and_stays_as_it_was(books: Session) -> None:
    first = _budget(books, {"prefix": "Expenses", "amount": Decimal(10)})
    with pytest.raises(Conflict, match="stays as it is"):
        keeping.update_budget(books, first, {"name": "Other"})
    second = keeping.next_edition(books, first)
    assert second.edition == "2"
    keeping.put_in_force(books, second)
    assert (first.state, second.state) == ("retired", "active")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"amount": Decimal(1)}, "lines.0.account_id"),
        ({"prefix": "A", "report_line": "pl.revenue", "amount": Decimal(1)}, "lines.0.account_id"),
        ({"report_line": "pl.dreams", "amount": Decimal(1)}, "lines.0.report_line"),
        ({"prefix": "A", "amount": Decimal(-1)}, "lines.0.amount"),
        ({"prefix": "A", "month": date(2027, 1, 1), "amount": Decimal(1)}, "lines.0.month"),
    ],
)
def test_a_line_that_cannot_be_is_refused_by_its_field(
    books: Session, line: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _budget(books, line)
    assert field in {problem.field for problem in refused.value.problems}


def test_income_and_costs_are_compared_so_that_better_is_positive(
    books: Session, sale: Callable[..., EntryDraft]
) -> None:
    budget = _budget(
        books,
        {"prefix": "Income", "month": date(2026, 3, 1), "amount": Decimal(100)},
        {"account_id": _rent(books), "amount": Decimal(120)},
    )
    post_entry(books, sale("130", day=date(2026, 3, 14)))
    post_entry(books, bill(date(2026, 3, 3), "Landlord", "30"))
    income, rent = report.compare(books, budget, date(2026, 3, 1), date(2026, 3, 31))
    assert (income.budget, income.actual, income.variance) == (100, 130, 30)
    assert (rent.budget, rent.actual, rent.variance) == (10, 30, -20)
    table = report.report(books, YEAR)
    assert ("Costs", "2026", "Expenses:Rent", 120, 30, 0, 90) in table.rows


def test_the_page_compares_and_lets_those_allow_more_who_may(
    as_user: Callable[..., httpx.Client], kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        line = {"account_id": _rent(session), "amount": Decimal(1200)}
        budget = _budget(session, line, name="Shown")
        address, key = f"/accounting/budget-report/{budget.id}", budget.lines[0].id
    browser = as_user("accounting.accountant")
    page = browser.get(f"{address}?from=2026-01-01&to=2026-06-30")
    assert page.status_code == 200, page.text
    assert "600.00" in page.text
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"csrf_token": token, "line_id": str(key), "amount": "50", "reason": "A second office"}
    assert browser.post(f"{address}/allow", data=sent).status_code == 303
    assert "A second office" in browser.get(address).text
    assert as_user("accounting.bookkeeper").post(f"{address}/allow", data=sent).status_code == 403
