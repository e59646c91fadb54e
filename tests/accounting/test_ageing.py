"""On the last day of a quarter the accountant asks who owes what, and since when. The answer adds
up to the ledger on that day, whatever was paid since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from addons.accounting.options import AccountingOptions
from addons.accounting.services.collections.ageing import Asked, aged_items, ageing
from addons.accounting.services.collections.buckets import (
    aged,
    bucket_of,
    buckets,
    days_written,
)
from addons.accounting.services.collections.figures import payables_this_week, receivables_overdue
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.payments.posting import post_payment
from core.api import Amount, InvalidInput, set_options, today
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.accounting.trading import DAY, Trade, bill, invoice, payment, set_up

D = Decimal


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "ageing", addons=("contacts", "accounting")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def trade(kernel: Kernel, tenant: Tenant) -> Trade:
    with kernel.session(tenant) as session:
        return set_up(session)


def test_each_invoice_stands_in_the_column_of_its_days(session: Session, trade: Trade) -> None:
    for days, net in ((0, "1"), (1, "2"), (30, "4"), (31, "8"), (91, "16")):
        invoice(session, trade.noor, net, due=DAY, day=DAY - timedelta(days=0))
        report = ageing(session, Asked("receivable", DAY + timedelta(days=days)))
        assert report.agrees
    report = ageing(session, Asked("receivable", DAY + timedelta(days=30)))
    (row,) = report.rows
    assert (row.name, row.amounts) == ("Al Noor Trading", (D(0), D(31), D(0), D(0), D(0)))


def test_a_day_in_the_past_shows_what_was_open_then(session: Session, trade: Trade) -> None:
    due = DAY - timedelta(days=40)
    line = invoice(session, trade.noor, "100", day=due, due=due)
    paid = payment(session, trade, amount=D(100), items=({"line_id": line, "amount": D(100)},))
    post_payment(session, paid)
    seal_now(session)
    before = ageing(session, Asked("receivable", DAY - timedelta(days=1)))
    assert [row.amounts[2] for row in before.rows] == [D(100)]
    after = ageing(session, Asked("receivable", DAY))
    assert after.rows == ()
    assert before.agrees
    assert after.agrees


def test_ages_can_count_from_the_invoice_and_show_the_currency_agreed(
    session: Session, trade: Trade
) -> None:
    invoice(session, trade.noor, "375", due=DAY + timedelta(days=30), original=("100", "USD"))
    on = DAY + timedelta(days=10)
    (by_due,) = ageing(session, Asked("receivable", on)).rows
    assert (by_due.amounts[0], by_due.currency) == (D(375), "SAR")
    (by_invoice,) = ageing(session, Asked("receivable", on, "invoice", "original")).rows
    assert (by_invoice.amounts[1], by_invoice.currency) == (D(100), "USD")
    (item,) = aged_items(session, Asked("receivable", on, "invoice"), trade.noor)
    assert item.days == 10


def test_payables_are_positive_and_agree_with_their_account(session: Session, trade: Trade) -> None:
    bill(session, trade.eastern, "70", due=DAY)
    report = ageing(session, Asked("payable", DAY + timedelta(days=1)))
    assert [row.total for row in report.rows] == [D(70)]
    assert [(one.balance, one.difference) for one in report.controls] == [(D(70), D(0))]


def test_a_company_chooses_its_columns(session: Session, trade: Trade) -> None:
    set_options(session, AccountingOptions, ageing_days="15, 45")
    invoice(session, trade.noor, "5", due=DAY)
    report = ageing(session, Asked("receivable", DAY + timedelta(days=20)))
    assert [bucket.label for bucket in report.buckets] == ["0", "1-15", "16-45", "45+"]
    assert report.rows[0].amounts == (D(0), D(0), D(5), D(0))


@pytest.mark.parametrize("written", ["60, 30", "0", "30, 30"])
def test_columns_that_do_not_rise_are_refused(written: str) -> None:
    with pytest.raises(InvalidInput):
        buckets(days_written(written))


@settings(max_examples=60, deadline=None)
@given(
    days=st.lists(st.integers(1, 400), unique=True, max_size=6).map(sorted),
    amounts=st.lists(
        st.tuples(
            st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.decimals("-1e9", "1e9", places=2)
        ),
        max_size=20,
    ),
)
def test_every_amount_falls_into_exactly_one_column(
    days: list[int], amounts: list[tuple[date, Decimal]]
) -> None:
    among, on = buckets(days), date(2025, 6, 1)
    assert sum(aged(amounts, on, among), D(0)) == sum((amount for _, amount in amounts), D(0))
    for day, _ in amounts:
        overdue = (on - day).days
        bucket = among[bucket_of(overdue, among)]
        assert bucket.first is None or overdue >= bucket.first
        assert bucket.last is None or overdue <= bucket.last


def test_the_start_page_shows_what_is_late_and_what_is_due_this_week(
    session: Session, trade: Trade
) -> None:
    day = today(session)
    invoice(session, trade.noor, "10", due=day - timedelta(days=2))
    invoice(session, trade.noor, "20", due=day + timedelta(days=9))
    bill(session, trade.eastern, "30", due=day + timedelta(days=6))
    bill(session, trade.eastern, "40", due=day + timedelta(days=9))
    assert receivables_overdue(session) == [Amount(D(10), "SAR")]
    assert payables_this_week(session) == [Amount(D(30), "SAR")]
