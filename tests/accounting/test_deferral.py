"""Insurance is paid for a year, a service is invoiced in advance: both are moved to the result bit
by bit, and the parts are always the whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal, Period
from addons.accounting.models.deferral import Deferral
from addons.accounting.services import calendar
from addons.accounting.services.balances import balances
from addons.accounting.services.closing.recurring_steps import DEFERRALS
from addons.accounting.services.deferral.running import (
    create_deferral,
    delete_deferral,
    end_deferral,
    post_due,
    start_deferral,
    update_deferral,
)
from addons.accounting.services.deferral.schedule import spread
from addons.accounting.services.ledger import seal_now
from core.api import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

CALMLY = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is slow, not wrong."""
Browse = Callable[..., httpx.Client]
SUMMER = date(2026, 7, 31)


@CALMLY
@given(
    amount=st.decimals("0.01", "1000000000000000", places=2),
    start=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    days=st.integers(0, 1500),
    method=st.sampled_from(["days", "months"]),
)
def test_the_parts_are_the_whole_and_end_with_their_months(
    amount: Decimal, start: date, days: int, method: str
) -> None:
    end = date.fromordinal(start.toordinal() + days)
    parts = spread(amount, start, end, method, "SAR")
    assert sum(part.amount for part in parts) == amount
    assert [part.day for part in parts] == sorted({part.day for part in parts})
    assert parts[-1].day == end
    assert min(part.amount for part in parts) >= 0


def test_days_weigh_by_days_and_months_are_equal() -> None:
    by_days = spread(Decimal("365"), date(2026, 1, 15), date(2026, 3, 14), "days", "SAR")
    assert [(part.day, part.amount) for part in by_days] == [
        (date(2026, 1, 31), Decimal("105.17")),
        (date(2026, 2, 28), Decimal("173.22")),
        (date(2026, 3, 14), Decimal("86.61")),
    ]
    equal = spread(Decimal("100"), date(2026, 1, 1), date(2026, 3, 31), "months", "SAR")
    assert [part.amount for part in equal] == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]


def _deferral(session: Session, **more: Any) -> Deferral:
    ids = {account.code: account.id for account in session.scalars(select(Account))}
    values = {
        "name": "Insurance",
        "kind": "expense",
        "journal_id": session.scalars(select(Journal.id).where(Journal.code == "GEN")).one(),
        "balance_account_id": ids["Assets:Bank"],
        "result_account_id": ids["Expenses:Rent"],
        "amount": Decimal("1200"),
        "start_date": date(2026, 1, 1),
        "end_date": date(2026, 12, 31),
        "method": "months",
    }
    return create_deferral(session, {**values, **more})


def _standing(session: Session) -> dict[str, Decimal]:
    seal_now(session)
    return {row.code: row.closing for row in balances(session) if row.closing}


def test_parts_are_posted_when_their_day_has_come_and_once(session: Session) -> None:
    record = _deferral(session)
    assert len(record.parts) == 12
    start_deferral(session, record)
    assert post_due(session, date(2026, 3, 31)).parts == 3
    assert post_due(session, date(2026, 4, 29)).parts == 0
    assert _standing(session) == {"Expenses:Rent": Decimal(300), "Assets:Bank": Decimal(-300)}
    assert (record.posted_until, record.posted_amount) == (date(2026, 3, 31), Decimal(300))
    assert post_due(session, date(2026, 12, 31)).parts == 9
    assert record.state == "ended"


def test_what_was_booked_in_the_result_is_taken_out_first(session: Session) -> None:
    ids = {account.code: account.id for account in session.scalars(select(Account))}
    record = _deferral(
        session,
        kind="revenue",
        balance_account_id=ids["Liabilities:Loan"],
        result_account_id=ids["Income:Sales"],
        taken_on=date(2026, 1, 1),
    )
    start_deferral(session, record)
    assert _standing(session) == {"Income:Sales": Decimal(1200), "Liabilities:Loan": Decimal(-1200)}
    post_due(session, date(2026, 2, 28))
    assert _standing(session)["Income:Sales"] == Decimal(1000)


def test_ending_early_posts_what_is_left_in_one_part(session: Session) -> None:
    record = _deferral(session)
    start_deferral(session, record)
    assert end_deferral(session, record, date(2026, 5, 10)) == Decimal(800)
    assert [part.date for part in record.parts][-2:] == [date(2026, 4, 30), date(2026, 5, 10)]
    assert sum(part.amount for part in record.parts) == record.amount
    assert record.state == "ended"
    assert _standing(session)["Expenses:Rent"] == Decimal(1200)
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    with pytest.raises(Conflict, match="not running"):
        end_deferral(session, record, SUMMER)


def test_a_closed_period_holds_up_that_deferral_alone(session: Session) -> None:
    stuck, fine = _deferral(session, name="Stuck"), _deferral(session, name="Fine")
    fine_parts = update_deferral(session, fine, {"start_date": date(2026, 2, 1)}).parts
    assert len(fine_parts) == 11
    for record in (stuck, fine):
        start_deferral(session, record)
    period = calendar.period_of(session, date(2026, 1, 31))
    assert period is not None
    calendar.set_period_state(session, period, "closed")
    posted = post_due(session, date(2026, 2, 28))
    assert (posted.parts, list(posted.problems)) == (1, ["Stuck"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"end_date": date(2025, 12, 31)}, "end_date"),
        ({"end_date": date(9999, 12, 31)}, "end_date"),
        ({"dimensions": "XX: 1"}, "dimensions"),
    ],
)
def test_a_deferral_that_cannot_be_is_refused_by_field(
    session: Session, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        _deferral(session, **change)
    assert raised.value.problems[0].field == field


def test_its_accounts_are_of_the_right_kind(session: Session) -> None:
    rent = session.scalars(select(Account.id).where(Account.code == "Expenses:Rent")).one()
    with pytest.raises(InvalidInput, match="assets or liabilities"):
        _deferral(session, balance_account_id=rent)


def test_a_started_deferral_stays_and_one_in_preparation_goes(session: Session) -> None:
    record = _deferral(session)
    delete_deferral(session, record)
    other = _deferral(session)
    start_deferral(session, other)
    with pytest.raises(Conflict, match="has been started"):
        update_deferral(session, other, {"amount": Decimal(1)})


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE accounting.deferral_part SET amount = amount + 1 WHERE position = 12",
        "DELETE FROM accounting.deferral_part WHERE position = 12",
        "UPDATE accounting.deferral SET amount = amount + 1",
        "UPDATE accounting.deferral_part SET amount = 0 WHERE position = 1",
        "DELETE FROM accounting.deferral_part WHERE position = 1",
    ],
)
def test_the_database_keeps_the_whole_and_what_is_posted(session: Session, change: str) -> None:
    record = _deferral(session)
    start_deferral(session, record)
    post_due(session, date(2026, 1, 31))

    def tamper() -> None:
        session.execute(text(change))
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))

    with pytest.raises(IntegrityError, match=r"deferral|posted and stays"):
        tamper()


def test_the_closing_checklist_posts_the_parts_of_its_month(session: Session) -> None:
    period = session.scalars(select(Period).where(Period.name == "2026-02")).one()
    assert DEFERRALS.check(session, period).status == "not_needed"
    start_deferral(session, _deferral(session))
    assert DEFERRALS.check(session, period).count == 2
    assert DEFERRALS.run is not None
    DEFERRALS.run(session, period)
    assert DEFERRALS.check(session, period).status == "done"


def test_an_accountant_starts_one_and_sees_its_schedule(
    as_user: Browse, kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        key = _deferral(session, name="Licence", start_date=date(2026, 10, 1)).id
    browser = as_user("accounting.accountant")
    page = browser.get(f"/accounting/deferrals/{key}")
    assert page.status_code == 200, page.text
    assert page.text.count("400.00") >= 3
    api = f"/api/v1/accounting/deferrals/{key}"
    started = browser.post(f"{api}/actions/start", json={})
    assert started.status_code == 200, started.text
    assert browser.get(api).json()["state"] in ("running", "ended")
    assert (
        browser.delete(api, headers={"If-Match": browser.get(api).headers["etag"]}).status_code
        == 409
    )
