"""Templates work their amounts out safely, and recurring entries are made once for each day, with
all that was missed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal, JournalEntry, Period
from addons.accounting.models.recurring import EntryTemplate, RecurringEntry
from addons.accounting.services import calendar
from addons.accounting.services.closing.recurring_steps import RECURRING
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.recurring.making import (
    SOURCE,
    create_recurring,
    make_due,
    make_now,
    update_recurring,
)
from addons.accounting.services.recurring.schedule import Schedule
from addons.accounting.services.recurring.troubles import stuck_recurring
from addons.accounting.services.templates.formulas import FormulaIsWrong, evaluate, names_in
from addons.accounting.services.templates.parameters import read_parameters
from addons.accounting.services.templates.writing import (
    create_template,
    template_of,
    write_entry,
)
from core.api import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.conftest import DAY

CALMLY = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is slow, not wrong."""
Browse = Callable[..., httpx.Client]


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("net * 15 %", "15"),
        ("(net + 20) * 15% - 3", "15"),
        ("-net / 3 * 3", "-100"),
        ("2 + 3 * 4", "14"),
        ("10 - 2 - 3", "5"),
        ("100 %", "1"),
        ("المبلغ * 2", "14"),
        ("১০ + ٥", "15"),
    ],
)
def test_a_formula_is_worked_out(formula: str, wanted: str) -> None:
    values = {"net": Decimal(100), "المبلغ": Decimal(7)}
    assert round(evaluate(formula, values), 20) == Decimal(wanted)


@pytest.mark.parametrize(
    "formula",
    [
        "",
        "net *",
        "1 2",
        "net ** 9",
        "__import__('os')",
        "net.real",
        "(1",
        "1)",
        "1 / 0",
        "(" * 30 + "1" + ")" * 30,
        "9" * 201,
        "unknown",
        "1;2",
        "%5",
    ],
)
def test_what_is_no_formula_is_refused(formula: str) -> None:
    with pytest.raises(FormulaIsWrong):
        evaluate(formula, {"net": Decimal(1)})


@CALMLY
@given(st.text(alphabet="0123456789.+-*/()% abـ'_\\", max_size=40))
def test_no_text_does_anything_but_count_or_be_refused(text: str) -> None:
    try:
        value = evaluate(text, {"a": Decimal(2), "b": Decimal(3)})
    except FormulaIsWrong:
        return
    assert value.is_finite()


def test_the_names_of_a_formula_are_what_is_asked_for() -> None:
    assert names_in("(gross - discount) * 15 % + gross") == ["gross", "discount"]
    assert read_parameters("net = 1000; rate = 10 + 5\n الأصل=2") == {
        "net": 1000,
        "rate": 15,
        "الأصل": 2,
    }
    with pytest.raises(FormulaIsWrong, match="no parameter"):
        read_parameters("net")


def _template(session: Session, *lines: tuple[str, str, str], name: str = "Rent") -> EntryTemplate:
    ids = {account.code: account.id for account in session.scalars(select(Account))}
    return create_template(
        session,
        {
            "name": name,
            "journal_id": session.scalars(select(Journal.id).where(Journal.code == "GEN")).one(),
            "narration": "Rent",
            "lines": tuple(
                {"account_id": ids[code], "debit": debit, "credit": credit}
                for code, debit, credit in lines
            ),
        },
    )


RENT = (("Expenses:Rent", "net", ""), ("Assets:Cash", "net * 5 %", ""), ("Assets:Bank", "", "rest"))


def test_a_template_writes_a_balanced_draft_and_asks_for_what_it_needs(session: Session) -> None:
    template = _template(session, *RENT)
    entry = write_entry(session, template, {"net": Decimal("33.33")}, DAY)
    assert [line.amount for line in entry.lines] == [
        Decimal("33.33"),
        Decimal("1.67"),
        Decimal("-35.00"),
    ]
    with pytest.raises(FormulaIsWrong, match="Say what net is"):
        write_entry(session, template, {}, DAY)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((("Expenses:Rent", "net *", ""),), "Line 1: “net .” ends too early"),
        ((("Expenses:Rent", "1", "1"),), "Line 1: fill in debit or credit"),
        ((("Expenses:Rent", "", ""),), "Line 1: fill in debit or credit"),
        (
            (("Expenses:Rent", "rest", ""), ("Assets:Bank", "", "rest")),
            "One line can take the rest",
        ),
    ],
)
def test_a_template_that_cannot_work_is_not_saved(
    session: Session, lines: tuple[tuple[str, str, str], ...], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        _template(session, *lines)


def test_an_entry_becomes_a_template(session: Session) -> None:
    entry = write_entry(session, _template(session, *RENT), {"net": Decimal(100)}, DAY)
    template = template_of(session, entry)
    again = write_entry(session, template, {}, DAY)
    assert [line.amount for line in again.lines] == [line.amount for line in entry.lines]


def test_the_end_of_the_month_comes_back_after_february() -> None:
    days = Schedule(date(2026, 1, 31), "month")
    assert [days.day(count) for count in range(4)] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]
    last = Schedule(date(2026, 2, 28), "month", on_last_day=True)
    assert last.next_after(date(2026, 2, 28)) == date(2026, 3, 31)
    leap = Schedule(date(2024, 2, 29), "year")
    assert leap.next_after(date(2027, 6, 1)) == date(2028, 2, 29)
    assert Schedule(date(9999, 12, 1), "month").next_after(date(9999, 12, 1)) is None
    assert Schedule(date(1, 1, 1), "day").next_after(date(9999, 12, 31)) is None


@CALMLY
@given(
    start=st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    unit=st.sampled_from(["day", "week", "month", "quarter", "year"]),
    every=st.integers(1, 13),
    on_last_day=st.booleans(),
    ahead=st.integers(0, 4000),
)
def test_the_next_day_is_the_first_of_the_schedule_after_it(
    start: date, unit: str, every: int, on_last_day: bool, ahead: int
) -> None:
    schedule = Schedule(start, unit, every, None, on_last_day)
    last = start + timedelta(days=ahead)
    found = schedule.next_after(last)
    days = [schedule.day(count) for count in range(ahead + 3)]
    assert found == next(day for day in days if day is not None and day > last)


def _recurring(session: Session, **more: Any) -> RecurringEntry:
    template = _template(session, *RENT, name=f"Rent {more.get('name', '')}")
    return create_recurring(
        session,
        {
            "name": "Rent of the shop",
            "template_id": template.id,
            "parameters": "net = 100",
            "start_date": date(2026, 1, 31),
            "mode": "post",
            **more,
        },
    )


def _days(session: Session, record: RecurringEntry) -> list[date]:
    made = select(JournalEntry.date).where(
        JournalEntry.source_type == SOURCE, JournalEntry.source_id.like(f"{record.id}:%")
    )
    return list(session.scalars(made.order_by(JournalEntry.date)))


def test_what_was_missed_is_made_once_each_on_its_own_day(session: Session) -> None:
    record = _recurring(session)
    made = make_due(session, DAY)
    assert len(made.entries) == 2
    assert _days(session, record) == [date(2026, 1, 31), date(2026, 2, 28)]
    assert (record.last_date, record.next_date) == (date(2026, 2, 28), date(2026, 3, 31))
    seal_now(session)
    posted = session.get_one(JournalEntry, made.entries[0])
    assert posted.number is not None
    assert make_due(session, DAY).entries == []
    # Whoever sets the clock back makes nothing twice.
    record.next_date = date(2026, 1, 31)
    session.flush()
    assert make_due(session, DAY).entries == []
    assert len(_days(session, record)) == 2


def test_drafts_are_left_to_be_checked_until_the_last_day(session: Session) -> None:
    record = _recurring(session, mode="draft", end_date=date(2026, 2, 28))
    made = make_due(session, date(2026, 12, 31))
    states = {session.get_one(JournalEntry, key).state for key in made.entries}
    assert (states, record.next_date) == ({"draft"}, None)
    with pytest.raises(Conflict, match="the last day has passed"):
        make_now(session, record, DAY)


def test_a_closed_period_holds_up_that_entry_alone_and_is_named(session: Session) -> None:
    stuck = _recurring(session, name="Stuck")
    fine = _recurring(session, name="Fine", start_date=date(2026, 2, 1))
    period = calendar.period_of(session, date(2026, 1, 31))
    assert period is not None
    calendar.set_period_state(session, period, "closed")
    made = make_due(session, DAY)
    assert list(made.problems) == ["Stuck"]
    assert "2026-01" in stuck.problem
    trouble = next(item for item in stuck_recurring(session) if "Stuck" in str(item.title))
    assert trouble.cause == stuck.problem
    assert trouble.remedy is not None
    assert trouble.remedy.run is not None
    with pytest.raises(Conflict, match="2026-01"):
        trouble.remedy.run(session)
    assert _days(session, stuck) == []
    assert _days(session, fine) == [date(2026, 2, 1), date(2026, 3, 1)]
    update_recurring(session, stuck, {"start_date": date(2026, 2, 10)})
    assert (stuck.problem, stuck.next_date) == ("", date(2026, 2, 10))


def test_amounts_that_the_template_asks_for_are_given_at_once(session: Session) -> None:
    with pytest.raises(InvalidInput, match="Say what net is"):
        _recurring(session, parameters="rate = 5")
    with pytest.raises(InvalidInput, match="ends before it begins"):
        _recurring(session, name="B", end_date=date(2025, 1, 1))


def test_two_workers_at_once_make_each_day_once(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        key = _recurring(session, name="At once", mode="draft").id

    def work(_: int) -> int:
        with kernel.session(tenant) as session:
            return len(make_due(session, DAY, only=key).entries)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, range(2))) == [0, 2]
    with kernel.session(tenant) as session:
        count = select(func.count()).where(JournalEntry.source_type == SOURCE)
        assert session.scalar(count) == 2
        session.get_one(RecurringEntry, key).active = False


def test_the_closing_checklist_asks_for_what_is_due_and_makes_it(session: Session) -> None:
    period = session.scalars(select(Period).where(Period.name == "2026-02")).one()
    _recurring(session)
    state = RECURRING.check(session, period)
    assert (state.status, state.count) == ("open", 1)
    assert RECURRING.run is not None
    assert "2" in str(RECURRING.run(session, period))
    assert RECURRING.check(session, period).status == "done"


def test_an_accountant_sets_one_up_through_the_api_and_sees_it_in_the_list(
    as_user: Browse, kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        key = _template(session, *RENT, name="By call").id
    browser = as_user("accounting.accountant")
    sent = {"name": "Monthly", "template_id": key, "start_date": "2026-01-31"}
    api = "/api/v1/accounting/recurring-entries"
    refused = browser.post(api, json=sent)
    assert refused.status_code == 422
    assert "Say what net is" in refused.text
    made = browser.post(api, json={**sent, "parameters": "net = 5", "mode": "draft"})
    assert made.status_code == 201, made.text
    assert made.json()["next_date"] == "2026-01-31"
    assert "Monthly" in browser.get("/accounting/recurring-entries").text
    done = browser.post(f"{api}/{made.json()['id']}/actions/make", json={})
    assert done.status_code == 200, done.text
    with kernel.session(tenant) as session:
        made_entry = session.scalars(
            select(JournalEntry.id).where(JournalEntry.source_id.like(f"{made.json()['id']}:%"))
        ).first()
    page = browser.get(f"/accounting/entries/{made_entry}")
    assert page.status_code == 200
    assert f"/accounting/recurring-entries/{made.json()['id']}" in page.text
    assert as_user("accounting.bookkeeper").get("/accounting/recurring-entries").status_code == 200


def test_the_page_asks_for_amounts_and_writes_the_draft(
    as_user: Browse, kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        key = _template(session, *RENT, name="Asked").id
    browser = as_user("accounting.bookkeeper")
    page = browser.get(f"/accounting/use-template?template={key}")
    assert page.status_code == 200, page.text
    assert "<bdi>net</bdi>" in page.text
    token = (
        page.text.split('name="csrf" value="')[1].split('"')[0]
        if 'name="csrf"' in page.text
        else ""
    )
    sent = {"csrf": token, "template": str(key), "date": "2026-03-14", "p_0": "100 +"}
    refused = browser.post("/accounting/use-template", data=sent)
    assert refused.status_code == 422, refused.text
    assert "ends too early" in refused.text
    done = browser.post("/accounting/use-template", data={**sent, "p_0": "100 + 20"})
    assert done.status_code == 303, done.text
    assert "126.00" in browser.get(done.headers["location"]).text
