"""Payment terms: a bookkeeper agrees "30 % now, the rest at the end of the month after", and the
receivable falls into parts that are due on those days and together are the whole."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addons.accounting.services.terms import (
    Instalment,
    Part,
    Terms,
    discount,
    discount_until,
    due_date,
    instalments,
    term_problems,
)
from core.api import InvalidInput

DAY = date(2026, 1, 31)
PARTS = st.builds(
    Part,
    kind=st.sampled_from(["percent", "fixed"]),
    value=st.decimals("0.01", "100", places=2),
    months=st.integers(0, 24),
    days=st.integers(0, 400),
    due=st.sampled_from(["after", "end_of_month", "day_of_month"]),
    day=st.integers(1, 31),
)


@settings(max_examples=60, deadline=None)
@given(
    amount=st.decimals("-1e15", "1e15", places=3).filter(bool),
    currency=st.sampled_from(["SAR", "BDT", "KWD", "JPY"]),
    day=st.dates(date(1, 1, 1), date(9990, 1, 1)),
    parts=st.lists(PARTS, max_size=5),
)
def test_parts_are_the_whole_and_none_is_due_before_the_document(
    amount: Decimal, currency: str, day: date, parts: list[Part]
) -> None:
    found = instalments(amount, currency, day, Terms((*parts, Part())))
    assert sum((part.amount for part in found), Decimal(0)) == amount
    assert all(part.amount.copy_sign(amount) == part.amount for part in found)
    assert all(part.due_date >= day for part in found)


@settings(max_examples=60, deadline=None)
@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), wanted=st.integers(1, 31))
def test_the_next_such_day_of_the_month_is_less_than_two_months_away(
    day: date, wanted: int
) -> None:
    due = due_date(day, Part(due="day_of_month", day=wanted))
    assert day <= due <= day + timedelta(days=59)
    assert due.day == wanted or (due + timedelta(days=1)).day == 1


def test_thirty_percent_at_once_and_the_rest_at_the_end_of_the_next_month() -> None:
    terms = Terms(
        (Part("percent", Decimal(30)), Part("rest", months=1, due="end_of_month")),
    )
    assert instalments(Decimal("1000.01"), "SAR", DAY, terms) == (
        Instalment(DAY, Decimal("300.00")),
        Instalment(date(2026, 2, 28), Decimal("700.01")),
    )


def test_a_fixed_part_takes_no_more_than_there_is() -> None:
    terms = Terms((Part("fixed", Decimal(500)), Part("rest", days=30)))
    assert instalments(Decimal(80), "SAR", DAY, terms) == (Instalment(DAY, Decimal(80)),)


@pytest.mark.parametrize(
    ("part", "due"),
    [
        (Part(days=30), date(2026, 3, 2)),
        (Part(months=1), date(2026, 2, 28)),
        (Part(months=1, due="end_of_month"), date(2026, 2, 28)),
        (Part(days=15, due="end_of_month"), date(2026, 2, 28)),
        (Part(due="day_of_month", day=10), date(2026, 2, 10)),
        (Part(due="day_of_month", day=31), date(2026, 1, 31)),
        (Part(days=1, due="day_of_month", day=30), date(2026, 2, 28)),
        (Part(months=12), date(2027, 1, 31)),
    ],
)
def test_days_of_known_terms(part: Part, due: date) -> None:
    assert due_date(DAY, part) == due


def test_a_day_after_the_year_9999_is_refused_with_the_field() -> None:
    with pytest.raises(InvalidInput) as refused:
        instalments(Decimal(1), "SAR", date(9999, 12, 31), Terms((Part(days=1),)))
    assert refused.value.problems[0].field == "date"
    with pytest.raises(InvalidInput):
        discount_until(date(9999, 12, 31), Terms(discount_percent=Decimal(2), discount_days=10))


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ((Part("percent", Decimal(60)), Part("percent", Decimal(60))), "lines"),
        ((Part("percent", Decimal(50)),), "lines.0.kind"),
        ((Part("rest"), Part("fixed", Decimal(5))), "lines.0.kind"),
        ((Part("rest"), Part("rest")), "lines.1.kind"),
        ((Part("fixed"), Part("rest")), "lines.0.value"),
        ((Part("rest", due="day_of_month"),), "lines.0.day"),
    ],
)
def test_terms_that_do_not_take_the_whole_are_named(parts: tuple[Part, ...], field: str) -> None:
    assert field in [problem.field for problem in term_problems(parts)]


def test_sound_terms_have_no_problem() -> None:
    half = Part("percent", Decimal(50))
    assert list(term_problems((half, half))) == []
    assert list(term_problems((half, Part("fixed", Decimal(9)), Part()))) == []


def test_the_discount_is_of_the_invoice_or_of_the_price_without_vat() -> None:
    gross, tax, percent = Decimal(1150), Decimal(150), Decimal(2)
    assert discount(gross, tax, percent, "SAR", "gross") == Decimal("23.00")
    assert discount(gross, tax, percent, "SAR", "net") == Decimal("20.00")
    assert discount_until(DAY, Terms(discount_percent=percent, discount_days=10)) == date(
        2026, 2, 10
    )
