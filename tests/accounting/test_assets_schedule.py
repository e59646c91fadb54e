"""The plan of an asset takes exactly its value less salvage, whatever the method, and each method
takes what the textbook says."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addons.accounting.services.assets.schedule import (
    Plan,
    add_months,
    month_end,
    schedule,
    taken_by,
)

JANUARY = date(2026, 1, 1)

PLANS = st.builds(
    lambda method, start, months, cents, salvage, prorata, rate, switches, currency: Plan(
        method,
        start,
        add_months(start, months) - timedelta(days=1)
        if prorata == "day"
        else month_end(add_months(start.replace(day=1), months - 1)),
        Decimal(cents).scaleb(-2),
        (Decimal(cents) * salvage / 100).to_integral_value().scaleb(-2),
        currency,
        prorata,
        Fraction(rate, 100),
        switches,
    ),
    st.sampled_from(["straight_line", "declining", "years_digits"]),
    st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    st.integers(1, 240),
    st.integers(1, 10**12),
    st.integers(0, 100),
    st.sampled_from(["month", "day"]),
    st.integers(1, 100),
    st.booleans(),
    st.sampled_from(["SAR", "BHD"]),
)


@settings(max_examples=60, deadline=None)
@given(plan=PLANS)
def test_a_schedule_sums_to_value_less_salvage_and_never_goes_back(plan: Plan) -> None:
    rows = schedule(plan)
    assert sum(row.amount for row in rows) == plan.depreciable
    assert all(row.amount >= 0 for row in rows)
    assert rows[-1].left == plan.value - plan.depreciable
    assert rows[-1].day == plan.end
    assert taken_by(plan, plan.start - timedelta(days=32)) == 0
    assert taken_by(plan, plan.end + timedelta(days=400)) == plan.depreciable


@pytest.mark.parametrize(
    ("method", "more", "yearly"),
    [
        ("straight_line", {}, ["1800.00", "1800.00", "1800.00", "1800.00", "1800.00"]),
        ("years_digits", {}, ["3000.00", "2400.00", "1800.00", "1200.00", "600.00"]),
        # Double declining of 10,000 to 1,000, going over to the straight line in the fifth year
        # at the latest; without the switch the last year takes what is left.
        ("declining", {}, ["4000.00", "2400.00", "1440.00", "864.00", "296.00"]),
        (
            "declining",
            {"rate": Fraction(1, 4)},
            ["2500.00", "1875.00", "1541.67", "1541.66", "1541.67"],
        ),
    ],
)
def test_each_method_takes_what_the_textbook_says(
    method: Any, more: dict[str, Any], yearly: list[str]
) -> None:
    given_ = {"rate": Fraction(2, 5), **more}
    plan = Plan(method, JANUARY, date(2030, 12, 31), Decimal(10000), Decimal(1000), "SAR", **given_)
    taken = [taken_by(plan, date(year, 12, 31)) for year in range(2025, 2031)]
    steps = [str(b - a) for a, b in pairwise(taken)]
    assert steps == yearly


def test_by_day_the_first_and_last_month_count_with_their_days() -> None:
    plan = Plan(
        "straight_line",
        date(2026, 1, 16),
        date(2027, 1, 15),
        Decimal(365),
        Decimal(0),
        "SAR",
        "day",
    )
    rows = schedule(plan)
    assert (rows[0].amount, rows[1].amount, rows[-1].amount) == (16, 28, 15)
