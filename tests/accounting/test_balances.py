"""Reports read monthly balances and the tail that is not in them yet. Whatever is posted, rolled
up and asked for, in whatever order, they equal the sum of the lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft, balances, post_entry, reverse_entry
from addons.accounting.models import Account
from addons.accounting.services.balances import roll_up
from addons.accounting.services.general_ledger import PAGE, ledger_page
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.statements import balance_sheet, income_statement, trial_balance
from core.api import Conflict, Period

FIRST = date(2026, 1, 1)
Figure = tuple[date, str, str, Decimal]
CODES = ("Assets:Cash", "Assets:Bank", "Liabilities:Loan", "Income:Sales", "Expenses:Rent")

days = st.integers(0, 364).map(lambda offset: FIRST + timedelta(offset))
amounts = st.decimals("-999", "999", places=2, allow_nan=False)
movements = st.tuples(
    days, st.sampled_from(CODES), st.sampled_from(CODES), amounts, st.sampled_from(("USD", "EUR"))
)


def _in_order(bounds: tuple[date | None, date | None]) -> bool:
    start, end = bounds
    return start is None or end is None or start <= end


steps = st.lists(
    st.one_of(movements, st.just("roll up"), st.just("post again"), st.just("reverse")), max_size=8
)


def _entry(step: tuple, number: int) -> EntryDraft:
    day, debited, credited, amount, currency = step
    lines = (
        LineDraft(debited, amount, currency=currency),
        LineDraft(credited, -amount, currency=currency),
    )
    return EntryDraft(day, lines, source_type="test", source_id=str(number))


def _figures(entry: EntryDraft, sign: int = 1) -> list[Figure]:
    return [(entry.date, line.account, line.currency, sign * line.amount) for line in entry.lines]


def _reverse_newest(
    session: Session, entries: list[EntryDraft], reversed_ids: set[int]
) -> list[Figure]:
    """Undo the newest entry; doing it again is refused."""
    if not entries:
        return []
    entry_id = post_entry(session, entries[-1]).id
    if entry_id in reversed_ids:
        with pytest.raises(Conflict, match="already reversed"):
            reverse_entry(session, entry_id)
        return []
    reversed_ids.add(entry_id)
    reverse_entry(session, entry_id)
    return _figures(entries[-1], sign=-1)


def _summed(
    posted: list[Figure], start: date | None, end: date | None
) -> dict[tuple[str, str], tuple[Decimal, Decimal, Decimal]]:
    figures: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for day, code, currency, amount in posted:
        if end is not None and day > end:
            continue
        place = 0 if start is not None and day < start else 1 if amount > 0 else 2
        added = -amount if place == 2 else amount
        figures[code, currency][place] += added
    return {key: (opening, debit, credit) for key, (opening, debit, credit) in figures.items()}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=steps, bounds=st.tuples(st.none() | days, st.none() | days).filter(_in_order))
def test_balances_and_tail_equal_the_sum_of_the_lines(
    session: Session, steps: list, bounds: tuple[date | None, date | None]
) -> None:
    posted: list[Figure] = []
    entries: list[EntryDraft] = []
    reversed_ids: set[int] = set()
    start, end = bounds
    for step in steps:
        if step == "roll up":
            roll_up(session)
        elif step == "post again":
            assert not any(post_entry(session, entry).created for entry in entries)
        elif step == "reverse":
            posted += _reverse_newest(session, entries, reversed_ids)
        else:
            entries.append(_entry(step, len(entries)))
            post_entry(session, entries[-1])
            posted += _figures(entries[-1])
        seal_now(session)
    ours = {
        (b.code, b.currency): (b.opening, b.debit, b.credit) for b in balances(session, start, end)
    }
    wanted = _summed(posted, start, end)
    session.rollback()
    assert {k: v for k, v in ours.items() if any(v)} == {k: v for k, v in wanted.items() if any(v)}


def test_a_closing_balance_is_the_opening_and_what_moved(
    session: Session, sale: Callable[..., EntryDraft]
) -> None:
    for day, amount in (
        (date(2026, 1, 31), "5"),
        (date(2026, 2, 1), "7"),
        (date(2026, 2, 28), "-3"),
    ):
        post_entry(session, sale(amount, day=day))
    seal_now(session)
    (cash, _) = balances(session, date(2026, 2, 1), date(2026, 2, 28))
    assert (cash.opening, cash.debit, cash.credit, cash.closing) == (5, 7, 3, 9)


def test_drafts_and_unsealed_entries_are_not_in_the_books(
    session: Session, sale: Callable[..., EntryDraft]
) -> None:
    post_entry(session, sale())
    assert balances(session) == []
    seal_now(session)
    assert len(balances(session)) == 2


def test_the_statements_fit_together(session: Session, sale: Callable[..., EntryDraft]) -> None:
    post_entry(session, sale("100"))
    rent = (LineDraft("Expenses:Rent", Decimal(30)), LineDraft("Liabilities:Loan", Decimal(-30)))
    post_entry(session, EntryDraft(date(2026, 4, 1), rent))
    seal_now(session)
    year = Period(FIRST, date(2026, 12, 31))
    assert trial_balance(session, year).totals["closing"] == {"USD": 0}
    income = income_statement(session, year).totals
    assert (income["income"], income["expenses"]) == ({"USD": 100}, {"USD": 30})
    assert income["net_income"] == {"USD": 70}
    sheet = balance_sheet(session, year)
    assert sheet.totals["assets"] == {"USD": 100}
    assert sheet.totals["liabilities"] == {"USD": 30}
    assert sheet.totals["net_assets"] == sheet.totals["result"] == {"USD": 70}
    assert sheet.rows[-1][1:] == ("", "Result not yet closed", "USD", Decimal(70))


def test_the_ledger_of_an_account_runs_over_pages(
    session: Session, sale: Callable[..., EntryDraft]
) -> None:
    for number in range(PAGE + 20):
        post_entry(session, sale("1", day=FIRST + timedelta(number // 30)))
    seal_now(session)
    cash = session.scalars(select(Account).where(Account.code == "Assets:Cash")).one()
    period = Period(FIRST + timedelta(1), None)
    page = ledger_page(session, cash, "USD", period)
    assert page.opening == 30
    assert [item.balance for item in page.lines] == [Decimal(30 + n) for n in range(1, 91)]
    first = ledger_page(session, cash, "USD", Period())
    assert first.following is not None
    rest = ledger_page(session, cash, "USD", Period(), first.following)
    assert rest.opening == PAGE
    assert [item.balance for item in rest.lines] == [Decimal(PAGE + n) for n in range(1, 21)]
    assert rest.following is None
