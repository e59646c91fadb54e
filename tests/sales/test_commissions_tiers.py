"""Commissions by tiers, as values: what the parts of a period's sales earn is what the whole
earns, to the last digit."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from addons.sales.services.amounts import to_step
from addons.sales.services.commissions.tiers import Earned, Scale, Tier, earn, share_out

D = Decimal
CENT = D("0.01")
TIERS = (Tier(D(0), D(5)), Tier(D(1000), D("7.5")), Tier(D(5000), D(10)))
STEP, WHOLE = Scale(TIERS), Scale(TIERS, "whole")
AMOUNTS = st.lists(st.decimals(-2000, 4000, places=2), min_size=1, max_size=12)
SCALES = st.builds(
    lambda cuts, percents, way: Scale(
        tuple(Tier(D(cut), percent) for cut, percent in zip(sorted(cuts), percents, strict=True)),
        way,
    ),
    st.sets(st.integers(0, 9000), min_size=3, max_size=3),
    st.lists(st.decimals(0, 100, places=1), min_size=3, max_size=3),
    st.sampled_from(("step", "whole")),
)


@settings(max_examples=100, deadline=None)
@given(SCALES, AMOUNTS)
def test_the_parts_earn_what_the_whole_earns(scale: Scale, sales: list[Decimal]) -> None:
    parts = earn(scale, sales, CENT)
    assert sum(part.amount for part in parts) == to_step(scale.exact(sum(sales, D(0))), CENT)


@settings(max_examples=60, deadline=None)
@given(
    st.decimals(-10_000, 10_000, places=2),
    st.lists(st.decimals(D("0.1"), 30, places=1), min_size=1, max_size=3),
)
def test_what_is_shared_out_is_what_was_earned(amount: Decimal, percents: list[Decimal]) -> None:
    rest = 100 - sum(percents, D(0))
    parts = share_out(amount, [*percents, rest], CENT)
    assert sum(parts) == amount


def test_each_percentage_is_for_its_part_and_says_so() -> None:
    assert earn(STEP, [D(800), D(400), D(-300)], CENT) == [
        Earned(D("40.00"), "800.00 × 5 %"),
        Earned(D("25.00"), "200.00 × 5 % + 200.00 × 7.5 %"),
        Earned(D("-20.00"), "-100.00 × 5 % + -200.00 × 7.5 %"),
    ]


def test_the_highest_percentage_reached_may_be_for_everything() -> None:
    assert earn(WHOLE, [D(800), D(400), D(100)], CENT) == [
        Earned(D("40.00"), "800.00 × 5 %"),
        Earned(D("50.00"), "1,200.00 × 7.5 % − 800.00 × 5 %"),
        Earned(D("7.50"), "100.00 × 7.5 %"),
    ]


def test_below_the_lowest_tier_nothing_is_earned() -> None:
    late = Scale((Tier(D(1000), D(10)),))
    assert [one.amount for one in earn(late, [D(900), D(300), D(-1500)], CENT)] == [0, 20, -20]
