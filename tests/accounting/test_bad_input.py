"""What people and programs get wrong, and what the books answer: never half of it, never silently.

Each refusal names the field or line and the way out, and leaves nothing behind. Where a rule can be
stated it is tried on whatever Hypothesis thinks of. Other files hold the rest: two people who close
a month at once (test_closing), statements that overlap (test_bank_import), a missing rate
(test_currencies), and what a database owner forges (test_tampering).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from addons.accounting.errors import EntryIsInvalid, PeriodIsNotOpen
from addons.accounting.models import Account, FiscalYear, Journal, JournalEntry, Period
from addons.accounting.options import AccountingOptions
from addons.accounting.services.balances import balances
from addons.accounting.services.bulk import post_bulk
from addons.accounting.services.calendar import (
    create_year,
    delete_year,
    set_period_state,
    set_year_state,
)
from addons.accounting.services.currencies import create_rate, rate
from addons.accounting.services.drafts import create_draft, post_draft
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import post, seal_now
from addons.accounting.services.ledger_import import import_ledger
from core.api import set_options
from core.errors import AppError, Conflict, InvalidInput
from tests.accounting.conftest import DAY

Sale = Callable[..., EntryDraft]
_FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(JournalEntry)) or 0


def _entry(*amounts: tuple[str, Decimal], day: date = DAY) -> EntryDraft:
    return EntryDraft(day, tuple(LineDraft(account, amount) for account, amount in amounts))


@_FEW
@given(
    amounts=st.lists(
        st.decimals(
            allow_nan=False, allow_infinity=False, places=3, min_value=-(10**6), max_value=10**6
        ),
        min_size=2,
        max_size=6,
    )
)
def test_an_entry_that_does_not_balance_is_refused_with_the_difference(
    session: Session, amounts: list[Decimal]
) -> None:
    entry = _entry(*(("Assets:Cash", amount) for amount in amounts))
    before = _count(session)
    difference = sum(amounts)
    if difference == 0:
        post(session, entry)
        return
    for door in (lambda: post(session, entry), lambda: post_bulk(session, [entry])):
        with pytest.raises(EntryIsInvalid, match=re.escape(f"{abs(difference):f} USD")) as refused:
            door()
        assert [problem.field for problem in refused.value.problems] == ["lines"]
    assert _count(session) == before


@_FEW
@given(
    amount=st.decimals(min_value=Decimal("-1E15"), max_value=Decimal("1E15"), places=8).filter(bool)
)
def test_amounts_up_to_a_quadrillion_stay_exact_to_the_last_digit(
    session: Session, amount: Decimal
) -> None:
    before = {b.code: b.closing for b in balances(session)}
    post(session, _entry(("Assets:Bank", amount), ("Equity:Capital", -amount)))
    seal_now(session)
    after = {b.code: b.closing for b in balances(session)}
    assert after["Assets:Bank"] - before.get("Assets:Bank", Decimal(0)) == amount
    session.rollback()


def test_half_of_a_cent_is_neither_lost_nor_made(session: Session) -> None:
    half = Decimal("0.005")
    with pytest.raises(EntryIsInvalid, match=r"0\.005 USD"):
        post(session, _entry(("Assets:Cash", Decimal("0.01")), ("Income:Sales", -half)))
    post(session, _entry(("Assets:Cash", half), ("Income:Sales", -half)))
    seal_now(session)
    assert {b.code: b.closing for b in balances(session)}["Assets:Cash"] == half


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_what_is_no_number_is_refused_by_its_line(session: Session, amount: str) -> None:
    with pytest.raises(EntryIsInvalid, match="Line 1: the amount is not a number") as refused:
        post(session, _entry(("Assets:Cash", Decimal(amount)), ("Income:Sales", Decimal(-1))))
    assert refused.value.problems[0].field == "lines.0.amount"


@pytest.mark.parametrize(
    "day", [date(1, 1, 1), date(9999, 12, 31), date(2206, 3, 14), date(1899, 12, 30)]
)
def test_a_day_that_no_year_covers_opens_none(session: Session, sale: Sale, day: date) -> None:
    years = session.scalar(select(func.count()).select_from(FiscalYear))
    for door in (
        lambda: post(session, sale("10", day=day)),
        lambda: post_bulk(session, [sale("10", day=day)]),
    ):
        with pytest.raises(PeriodIsNotOpen, match="No fiscal year covers"):
            door()
    assert session.scalar(select(func.count()).select_from(FiscalYear)) == years


def test_years_at_the_edge_of_the_calendar_work_or_are_refused(session: Session) -> None:
    with pytest.raises(InvalidInput, match="ends before it begins"):
        create_year(session, "back", date(2030, 2, 1), date(2030, 1, 1))
    for name, start, end in (
        ("first", date(1, 1, 1), date(1, 12, 31)),
        ("last", date(9999, 1, 1), date(9999, 12, 31)),
    ):
        year = create_year(session, name, start, end)
        session.refresh(year)
        assert (len(year.periods), year.periods[-1].end_date) == (12, end)
        post(session, _entry(("Assets:Cash", Decimal(1)), ("Income:Sales", Decimal(-1)), day=end))
    seal_now(session)
    shown = balances(session, date(9999, 12, 31), date(9999, 12, 31))
    assert {b.code: b.closing for b in shown}["Assets:Cash"] == 2


@pytest.mark.parametrize("state", ["closed", "locked"])
def test_a_period_that_is_shut_takes_nothing_by_any_door(
    session: Session, sale: Sale, state: str
) -> None:
    period = session.scalars(
        select(Period).where(Period.start_date <= DAY, Period.end_date >= DAY)
    ).one()
    draft = create_draft(
        session,
        {"journal_id": session.scalars(select(Journal.id)).first(), "date": DAY, "lines": ()},
    )
    with pytest.raises(Conflict, match="There are draft entries"):
        set_period_state(session, period, "closed")
    session.delete(draft)
    set_period_state(session, period, state)  # type: ignore[arg-type]
    csv = f"entry,date,account,amount\n1,{DAY},Assets:Cash,5\n1,{DAY},Income:Sales,-5\n"
    for door in (
        lambda: post(session, sale()),
        lambda: post_bulk(session, [sale()]),
    ):
        with pytest.raises(PeriodIsNotOpen):
            door()
    outcome = import_ledger(session, csv.encode(), "x.csv")
    assert (outcome.created, [problem.line for problem in outcome.problems]) == (0, [2])


def test_an_account_that_is_no_longer_used_takes_nothing(session: Session, sale: Sale) -> None:
    session.scalars(select(Account).where(Account.code == "Assets:Cash")).one().active = False
    session.flush()
    with pytest.raises(EntryIsInvalid, match="account Assets:Cash is not active") as refused:
        post(session, sale())
    assert refused.value.problems[0].field == "lines.0.account"
    with pytest.raises(EntryIsInvalid, match="Assets:Cash"):
        post_bulk(session, [sale()])
    accounts = {a.code: a.id for a in session.scalars(select(Account))}
    draft = create_draft(
        session,
        {
            "journal_id": session.scalars(select(Journal.id)).first(),
            "date": DAY,
            "lines": (
                {"account_id": accounts["Assets:Cash"], "debit": Decimal(1)},
                {"account_id": accounts["Income:Sales"], "credit": Decimal(1)},
            ),
        },
    )
    with pytest.raises(AppError, match="not active"):
        post_draft(session, draft)


def test_what_is_used_cannot_be_deleted(session: Session, sale: Sale) -> None:
    post(session, sale())
    seal_now(session)
    year = session.scalars(
        select(FiscalYear).where(FiscalYear.start_date <= DAY, FiscalYear.end_date >= DAY)
    ).one()
    with pytest.raises(Conflict, match="Entries were posted in fiscal year"):
        delete_year(session, year)
    account = session.scalars(select(Account).where(Account.code == "Assets:Cash")).one()
    journal = session.scalars(select(Journal).where(Journal.code == "GEN")).one()
    for used in (account, journal):
        with session.begin_nested() as attempt:
            session.delete(used)
            with pytest.raises(IntegrityError):
                session.flush()
            attempt.rollback()


def test_a_year_with_drafts_does_not_close(session: Session) -> None:
    year = session.scalars(
        select(FiscalYear).where(FiscalYear.start_date <= DAY, FiscalYear.end_date >= DAY)
    ).one()
    journal = session.scalars(select(Journal.id)).first()
    create_draft(session, {"journal_id": journal, "date": DAY, "lines": ()})
    with pytest.raises(Conflict, match="There are draft entries") as refused:
        set_year_state(session, year, "closed")
    assert "Post them, delete them" in refused.value.fix


@pytest.mark.parametrize("amount", ["0", "-3.75", "NaN"])
def test_a_rate_is_never_zero_or_less(session: Session, amount: str) -> None:
    with pytest.raises(InvalidInput):
        create_rate(session, {"currency": "EUR", "date": DAY, "rate": Decimal(amount)})


def test_a_rate_that_is_missing_is_named_and_not_guessed(session: Session) -> None:
    with pytest.raises(AppError, match=r"EUR.*2026"):
        rate(session, "EUR", DAY)


@pytest.mark.parametrize("first_month", [1, 4, 12])
@pytest.mark.parametrize("day", ["0001-01-01", "0001-12-31", "9999-01-01", "9999-12-31"])
def test_a_file_from_the_edge_of_the_calendar_is_taken_in(
    session: Session, day: str, first_month: int
) -> None:
    set_options(session, AccountingOptions, fiscal_year_first_month=first_month)
    csv = f"entry,date,account,amount\n1,{day},Assets:Cash,5\n1,{day},Income:Sales,-5\n"
    outcome = import_ledger(session, csv.encode(), "x.csv")
    assert (outcome.created, outcome.problems) == (1, ())
    year = session.scalars(
        select(FiscalYear).where(
            FiscalYear.start_date <= date.fromisoformat(day),
            FiscalYear.end_date >= date.fromisoformat(day),
        )
    ).one()
    assert 1 <= len(year.periods) <= 12
    session.rollback()


@_FEW
@given(text=st.text(max_size=40), amount=st.text(max_size=12))
def test_no_file_brings_the_import_down(session: Session, text: str, amount: str) -> None:
    rows = ["entry,date,account,amount,narration", f'1,{DAY},Assets:Cash,"{amount}","{text}"']
    before = _count(session)
    outcome = import_ledger(session, "\n".join(rows).encode("utf-8", "replace"), "x.csv")
    assert outcome.problems or outcome.created
    assert _count(session) == before + outcome.created
    session.rollback()
