"""A month is closed by its checklist: it says what is left, nothing slips by unseen, the log keeps
who decided what, and of two who close at once one does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft, post_entry
from addons.accounting.errors import PeriodIsNotOpen
from addons.accounting.models import Account, ClosingLog, FiscalYear, Journal, Period
from addons.accounting.services import calendar, drafts
from addons.accounting.services.balances import balances
from addons.accounting.services.chart import create_accounts
from addons.accounting.services.closing import doing, year
from addons.accounting.services.closing.checklist import checklist, log_of, marks_of
from addons.accounting.services.ledger import seal_now
from core.api import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.closing_desk import ACCOUNTS, close_all_before, period, step

Sale = Callable[..., EntryDraft]


@pytest.fixture(scope="module", autouse=True)
def _chart(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        create_accounts(session, ACCOUNTS)  # type: ignore[arg-type]
        suspense = select(Account).where(Account.code == "Assets:Suspense")
        session.scalars(suspense).one().report_line = "bs.suspense"


@pytest.fixture
def books(kernel: Kernel, tenant: Tenant) -> Iterator[Session]:
    """A session whose work is not kept."""
    with kernel.session(tenant) as session:
        yield session
        session.rollback()


def _draft(session: Session, day: date) -> Any:
    journal = session.scalars(select(Journal.id).where(Journal.code == "GEN")).one()
    return drafts.create_draft(session, {"journal_id": journal, "date": day, "lines": []})


def _suspend(session: Session, day: date, amount: str = "120") -> None:
    value = Decimal(amount)
    lines = (LineDraft("Assets:Suspense", value), LineDraft("Assets:Bank", -value))
    post_entry(session, EntryDraft(day, lines))
    seal_now(session)


def test_a_step_says_what_stands_in_the_books_now(books: Session) -> None:
    assert step(books, "2026-01", "accounting.drafts").state.status == "done"
    draft = _draft(books, date(2026, 1, 9))
    _suspend(books, date(2026, 1, 9))
    state = step(books, "2026-01", "accounting.drafts").state
    assert (state.status, state.count) == ("open", 1)
    assert "state=draft" in state.url
    assert "120" in step(books, "2026-01", "accounting.suspense").state.sentence
    assert step(books, "2026-02", "accounting.suspense").state.status == "open", "it is still there"
    drafts.delete_draft(books, draft)
    assert step(books, "2026-01", "accounting.drafts").state.status == "done"
    assert step(books, "2026-01", "accounting.trial_balance").state.status == "done"


def test_closing_is_refused_with_drafts_and_each_step_that_is_left_is_named(
    books: Session,
) -> None:
    _draft(books, date(2026, 1, 9))
    _suspend(books, date(2026, 1, 9))
    january = period(books, "2026-01").id
    with pytest.raises(doing.NotReadyToClose) as refused:
        doing.close(books, january)
    named = {problem.field for problem in refused.value.problems}
    assert {"accounting.drafts", "accounting.suspense"} <= named
    assert period(books, "2026-01").state == "open"


def test_a_step_is_left_out_only_with_a_reason_and_stays_so_in_the_log(books: Session) -> None:
    _draft(books, date(2026, 1, 9))
    january = period(books, "2026-01")
    with pytest.raises(InvalidInput, match="Say why"):
        doing.waive(books, january.id, "accounting.drafts", "  ")
    doing.waive(books, january.id, "accounting.drafts", "The draft is of next month")
    doing.close(books, january.id)
    assert january.state == "closed"
    closed = log_of(books, january)[-1]
    assert closed.event == "closed"
    assert closed.details["accounting.drafts"]["mark"] == "waived"
    assert closed.details["accounting.trial_balance"]["status"] == "done"
    assert [line.reason for line in log_of(books, january) if line.event == "waived"] == [
        "The draft is of next month"
    ]


def test_what_no_company_can_do_without_is_never_left_out(books: Session) -> None:
    february = period(books, "2026-02").id
    for name in ("accounting.earlier", "accounting.trial_balance"):
        with pytest.raises(Conflict, match="cannot be closed without"):
            doing.waive(books, february, name, "No time")
    with pytest.raises(doing.NotReadyToClose, match="Close the earlier periods"):
        doing.close(books, february)


def test_a_person_ticks_only_what_no_machine_can_know(books: Session) -> None:
    january = period(books, "2026-01").id
    with pytest.raises(Conflict, match="when the books say so"):
        doing.tick(books, january, "accounting.drafts")
    doing.tick(books, january, "accounting.open_items")
    assert marks_of(books, period(books, "2026-01"))["accounting.open_items"].event == "ticked"
    doing.clear(books, january, "accounting.open_items")
    assert marks_of(books, period(books, "2026-01")) == {}


def test_a_closed_balance_sheet_stays_as_it_was(books: Session, sale: Sale) -> None:
    post_entry(books, sale("250", day=date(2026, 1, 15)))
    seal_now(books)
    close_all_before(books, "2026-03")
    books.flush()
    before = balances(books, None, date(2026, 2, 28))
    for day in (date(2026, 1, 20), date(2026, 2, 28)):
        with pytest.raises(PeriodIsNotOpen):
            post_entry(books, sale("1", day=day))
    post_entry(books, sale("30", day=date(2026, 3, 1)))
    seal_now(books)
    assert balances(books, None, date(2026, 2, 28)) == before


def test_reopening_goes_backwards_needs_a_reason_and_forgets_what_was_ticked(
    books: Session,
) -> None:
    _draft(books, date(2026, 1, 9))
    close_all_before(books, "2026-03")
    january, february = period(books, "2026-01"), period(books, "2026-02")
    with pytest.raises(Conflict, match="2026-02"):
        doing.reopen(books, january.id, "A bill was forgotten")
    with pytest.raises(InvalidInput, match="Say why"):
        doing.reopen(books, february.id, "")
    doing.reopen(books, february.id, "A bill was forgotten")
    doing.reopen(books, january.id, "A bill was forgotten")
    assert january.state == "open"
    assert marks_of(books, january) == {}, "what was left out has to be decided anew"
    assert log_of(books, january)[-1].reason == "A bill was forgotten"
    with pytest.raises(Conflict, match="open already"):
        doing.reopen(books, january.id, "Again")


def test_what_is_locked_is_never_opened_again(books: Session) -> None:
    close_all_before(books, "2026-02")
    january = period(books, "2026-01")
    doing.lock(books, january.id)
    with pytest.raises(Conflict, match="locked for good"):
        doing.reopen(books, january.id, "Please")
    with pytest.raises(Conflict, match="is open"):
        doing.lock(books, period(books, "2026-02").id)


def test_a_year_from_before_these_books_is_closed_at_once_with_a_reason(
    books: Session,
) -> None:
    calendar.ensure_years(books, [date(2025, 6, 1)])
    former = books.scalars(select(FiscalYear).where(FiscalYear.name == "2025")).one()
    with pytest.raises(InvalidInput, match="2025-01"):
        year.close_year(books, former.id)
    with pytest.raises(Conflict, match="before it is still open"):
        year.close_year(books, period(books, "2026-01").fiscal_year_id, "In a hurry")
    year.close_year(books, former.id, "Kept in another system")
    assert {one.state for one in former.periods} == {"closed"}
    assert "Kept in another system" in {line.reason for line in log_of(books, former.periods[0])}
    assert step(books, "2026-01", "accounting.earlier").state.status == "done"
    year.lock_year(books, former.id)
    with pytest.raises(Conflict, match="locked for good"):
        year.reopen_year(books, former.id)


@pytest.mark.parametrize(
    ("start", "end", "periods"),
    [
        (date(2027, 1, 1), date(2027, 3, 31), 3),  # a short one
        (date(2027, 1, 1), date(2028, 6, 30), 18),  # a long one, such as the first
        (date(2027, 1, 4), date(2028, 1, 2), 13),  # 52 weeks: the last month is two days
        (date(2026, 12, 28), date(2027, 12, 31), None),  # overlaps 2026
    ],
)
def test_a_fiscal_year_has_any_length_and_overlaps_with_none(
    books: Session, start: date, end: date, periods: int | None
) -> None:
    if periods is None:
        with pytest.raises(InvalidInput, match="overlap with fiscal year 2026"):
            calendar.create_year(books, "odd", start, end)
        return
    created = calendar.create_year(books, "odd", start, end)
    assert len(created.periods) == periods
    days = [(one.start_date, one.end_date) for one in created.periods]
    assert days[0][0] == start
    assert days[-1][1] == end
    assert all((b[0] - a[1]).days == 1 for a, b in pairwise(days))


def test_of_two_who_close_a_month_at_once_exactly_one_does(
    as_user: Callable[..., httpx.Client], kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        january = period(session, "2026-01").id
    people = [as_user("accounting.accountant") for _ in range(2)]
    barrier = threading.Barrier(len(people))

    def close_it(browser: httpx.Client) -> httpx.Response:
        barrier.wait()
        return browser.post(f"/accounting/closing/{january}/close")

    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(close_it, people))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert all("closed already" in one.text for one in answers if one.status_code == 409)
    with kernel.session(tenant) as session:
        events = session.scalars(select(ClosingLog.event).where(ClosingLog.period_id == january))
        assert list(events) == ["closed"]
        doing.reopen(session, january, "For the other tests")


def test_the_checklist_is_worked_off_on_its_page(
    as_user: Callable[..., httpx.Client], kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        draft = _draft(session, date(2026, 1, 9)).id
        january = period(session, "2026-01").id
    browser = as_user("accounting.accountant")
    address = f"/accounting/closing/{january}"
    assert browser.get("/accounting/closing").headers["location"].endswith(address)
    page = browser.get(address)
    assert page.status_code == 200, page.text
    assert "Entries that are drafts: 1." in page.text
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    early = browser.post(f"{address}/close", data={"csrf_token": token})
    assert early.status_code == 409
    sent = {"csrf_token": token, "step": "accounting.drafts", "reason": "It is of February"}
    assert browser.post(f"{address}/waive", data=sent).status_code == 303
    closed = browser.post(f"{address}/close", data={"csrf_token": token})
    assert closed.status_code == 303, closed.text
    shown = browser.get(address).text
    assert "It is of February" in shown
    again = browser.post(f"{address}/close", data={"csrf_token": token})
    assert again.status_code == 409
    assert "closed already" in again.text
    reopened = browser.post(
        f"{address}/reopen", data={"csrf_token": token, "reason": "A bill was forgotten"}
    )
    assert reopened.status_code == 303, reopened.text
    with kernel.session(tenant) as session:
        assert session.get_one(Period, january).state == "open"
        assert draft


@pytest.mark.parametrize("role", ["accounting.bookkeeper", "accounting.auditor"])
def test_who_may_not_close_sees_the_checklist_and_changes_nothing(
    as_user: Callable[..., httpx.Client], kernel: Kernel, tenant: Tenant, role: str
) -> None:
    with kernel.session(tenant) as session:
        january = period(session, "2026-01").id
        steps = len(checklist(session, period(session, "2026-01")))
    browser = as_user(role)
    page = browser.get(f"/accounting/closing/{january}")
    assert page.status_code == 200
    assert page.text.count('<li class="closing-step ') == steps
    assert "Leave out" not in page.text
    for deed in ("close", "waive", "tick", "run", "clear", "reopen", "lock"):
        sent = browser.post(f"/accounting/closing/{january}/{deed}", data={"reason": "x"})
        assert sent.status_code == 403, deed


def test_a_month_is_closed_through_the_api_by_the_same_checklist(
    as_user: Callable[..., httpx.Client], kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        february = period(session, "2026-02").id
    browser = as_user("accounting.accountant")
    refused = browser.post(f"/api/v1/accounting/periods/{february}/actions/close", json={})
    assert refused.status_code == 409
    assert "accounting.earlier" in refused.text
