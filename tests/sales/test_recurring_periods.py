"""Periods and charges of contracts, as values: the periods tile the time, and whatever a period is
cut into, its parts sum to the price of the whole."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import islice, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from addons.sales.services.amounts import to_step
from addons.sales.services.recurring.charges import (
    LineTerms,
    Rise,
    Terms,
    amount_of_days,
    charges_of,
    invoice_day,
    monthly,
)
from addons.sales.services.recurring.periods import (
    Rhythm,
    Span,
    active_spans,
    boundary,
    next_period,
    period_of,
    periods_from,
)

D = Decimal
CENT = D("0.01")
DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))
RHYTHMS = st.builds(
    Rhythm,
    st.sampled_from(("day", "week", "month", "quarter", "year")),
    st.integers(1, 14),
    DAYS,
    DAYS,
)
MONTHS = Rhythm("month", 1, date(2026, 1, 1), date(2026, 1, 1))


def test_months_from_the_31st_begin_on_the_last_day_of_shorter_ones() -> None:
    rhythm = Rhythm("month", 1, date(2024, 1, 31), date(2024, 1, 31))
    assert [boundary(rhythm, place) for place in range(-1, 5)] == [
        date(2023, 12, 31),
        date(2024, 1, 31),
        date(2024, 2, 29),
        date(2024, 3, 31),
        date(2024, 4, 30),
        date(2024, 5, 31),
    ]
    yearly = Rhythm("year", 1, date(2024, 2, 29), date(2024, 2, 29))
    assert [boundary(yearly, place) for place in (1, 4)] == [date(2025, 2, 28), date(2028, 2, 29)]


@settings(max_examples=60, deadline=None)
@given(RHYTHMS, st.integers(0, 900))
def test_periods_tile_the_time_of_a_contract(rhythm: Rhythm, length: int) -> None:
    last = rhythm.starts_on + timedelta(days=length)
    ending = Rhythm(rhythm.unit, rhythm.every, rhythm.anchor, rhythm.starts_on, last)
    found = list(islice(periods_from(ending, None), 1000))
    assert found[0].span.first == rhythm.starts_on
    assert found[-1].span.last == last
    assert all(a.span.last + timedelta(days=1) == b.span.first for a, b in pairwise(found))
    for period in found:
        assert period.whole.first <= period.span.first <= period.span.last <= period.whole.last
        assert period_of(ending, period.span.last) == period
    assert next_period(ending, last) is None


@settings(max_examples=60, deadline=None)
@given(
    st.decimals(0, 100_000, places=2),
    st.sets(st.integers(1, 365), max_size=6),
    st.integers(366, 400),
)
def test_shares_of_days_sum_to_the_whole(whole: Decimal, cuts: set[int], days: int) -> None:
    start = date(2026, 1, 1)
    spans, first = [], 0
    for cut in [*sorted(cuts), days]:
        spans.append(Span(start + timedelta(days=first), start + timedelta(days=cut - 1)))
        first = cut
    all_days = Span(start, start + timedelta(days=days - 1))
    shares = [amount_of_days(whole, all_days, (span,), CENT) for span in spans]
    assert sum(shares) == whole
    assert all(share >= 0 for share in shares)


@settings(max_examples=60, deadline=None)
@given(
    st.decimals(D("0.01"), 500, places=2),
    st.decimals(0, 20_000, places=2),
    st.sampled_from((D(0), D(10), D("33.3"), D(100))),
    st.integers(1, 30),
)
def test_a_line_that_changes_within_a_period_costs_what_one_that_does_not_costs(
    quantity: Decimal, price: Decimal, discount: Decimal, day: int
) -> None:
    change = date(2026, 1, 1 + day)
    line = LineTerms(0, quantity, price, discount)
    before = LineTerms(0, quantity, price, discount, until_day=change - timedelta(days=1))
    after = LineTerms(1, quantity, price, discount, from_day=change)
    period = next_period(MONTHS, None)
    assert period is not None
    whole = charges_of(Terms(MONTHS, (line,)), period, CENT)
    parts = charges_of(Terms(MONTHS, (before, after)), period, CENT)
    assert sum(part.amount for part in parts) == whole[0].amount
    assert sum(part.days for part in parts) == 31
    for part in parts:
        # What the invoice works out from quantity, price and discount is the amount.
        worked = part.quantity * part.price * (100 - discount) / 100
        assert to_step(worked, CENT) == part.amount


def test_first_and_last_period_cost_their_days() -> None:
    rhythm = Rhythm("month", 1, date(2026, 1, 1), date(2026, 2, 17), date(2026, 4, 10))
    terms = Terms(rhythm, (LineTerms(0, D(1), D(100)),))
    amounts = [charges_of(terms, period, CENT)[0].amount for period in periods_from(rhythm, None)]
    # 12 of 28 days, all of March, 10 of 30 days
    assert amounts == [D("42.86"), D("100.00"), D("33.33")]
    full = Terms(rhythm, terms.lines, prorata=False)
    assert [charges_of(full, period, CENT)[0].amount for period in periods_from(rhythm, None)] == [
        D(100)
    ] * 3


def test_pauses_are_not_charged_and_may_overlap() -> None:
    january = Span(date(2026, 1, 1), date(2026, 1, 31))
    pauses = ((date(2026, 1, 10), date(2026, 1, 12)), (date(2026, 1, 11), date(2026, 1, 15)))
    assert active_spans(january, pauses) == (
        Span(date(2026, 1, 1), date(2026, 1, 9)),
        Span(date(2026, 1, 16), date(2026, 1, 31)),
    )
    period = next_period(MONTHS, None)
    assert period is not None
    terms = Terms(MONTHS, (LineTerms(0, D(1), D(310)),), pauses)
    assert charges_of(terms, period, CENT)[0].amount == D(250)
    resting = Terms(MONTHS, terms.lines, ((date(2025, 12, 1), None),))
    assert charges_of(resting, period, CENT) == []
    assert invoice_day(resting, period) is None
    fee = LineTerms(1, D(1), D(50), from_day=date(2026, 1, 5), once=True)
    with_fee = Terms(MONTHS, (*terms.lines, fee), ((date(2025, 12, 1), None),))
    assert invoice_day(with_fee, period) == date(2026, 1, 5)
    assert [charge.amount for charge in charges_of(with_fee, period, CENT)] == [D(50)]
    later = Terms(MONTHS, terms.lines, ((date(2025, 12, 1), date(2026, 1, 20)),))
    assert invoice_day(later, period) == date(2026, 1, 21)


def test_prices_rise_with_the_period_that_begins_on_the_day_or_later() -> None:
    lines = (LineTerms(0, D(1), D("99.99")), LineTerms(1, D(1), D(50), from_day=date(2026, 3, 1)))
    rises = (Rise(date(2026, 2, 15), D("1.025")), Rise(date(2026, 4, 1), D("1.1")))
    terms = Terms(MONTHS, lines, rises=rises)
    prices = [
        [charge.price for charge in charges_of(terms, period, CENT)]
        for period in islice(periods_from(MONTHS, None), 4)
    ]
    assert prices == [
        [D("99.99")],
        [D("99.99")],
        [D("102.49"), D(50)],
        [D("112.74"), D("55.00")],
    ]


def test_what_a_contract_brings_a_month() -> None:
    lines = (LineTerms(0, D(2), D(60)), LineTerms(1, D(1), D(500), once=True))
    for unit, every, expected in (
        ("month", 1, "120.00"),
        ("month", 2, "60.00"),
        ("quarter", 1, "40.00"),
        ("year", 1, "10.00"),
        ("week", 1, "520.00"),
        ("day", 1, "3650.00"),
    ):
        rhythm = Rhythm(unit, every, date(2026, 1, 1), date(2026, 1, 1))  # type: ignore[arg-type]
        period = next_period(rhythm, None)
        assert period is not None
        assert monthly(Terms(rhythm, lines), period, CENT) == D(expected)
