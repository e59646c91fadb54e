"""A till without a network decides about promotions as the server does."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from addons.sales.api import Basket, BasketLine, CouponShown, Rule, as_json, decide
from addons.sales.services.promotions.rules import Target, Tier
from tests.pos.engine.conftest import Till

D = Decimal
FRIDAY = date(2026, 3, 13)
LINES = st.lists(
    st.builds(
        BasketLine,
        key=st.uuids().map(str),
        product_id=st.sampled_from([None, 1, 2, 3, 4]),
        quantity=st.decimals("0.1", "40", places=1),
        amount=st.decimals("0", "9999.99", places=2),
        category_ids=st.sampled_from([(), (1,), (1, 2)]),
        brand_id=st.sampled_from([None, 7]),
        price_list=st.sampled_from(["", "Retail"]),
        discounted=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda line: line.key,
)
TIERS = st.builds(
    Tier,
    min_quantity=st.integers(1, 5).map(D),
    min_amount=st.sampled_from([D(0), D(100)]),
    percent=st.decimals("0.1", "100", places=1),
    amount=st.decimals("0.01", "500", places=2),
    get_quantity=st.integers(1, 3).map(D),
    product_id=st.integers(1, 4),
)
TARGETS = st.one_of(
    st.builds(
        Target,
        use=st.sampled_from(["counts", "counts", "gives", "except"]),
        product_id=st.integers(1, 4),
        quantity=st.integers(1, 3).map(D),
    ),
    st.builds(Target, use=st.sampled_from(["counts", "gives"]), category_id=st.integers(1, 2)),
    st.builds(Target, brand_id=st.just(7)),
)
RULES = st.lists(
    st.builds(
        Rule,
        id=st.integers(1, 99),
        name=st.just("Any"),
        kind=st.sampled_from(["percent", "amount", "buy_get", "bundle", "gift"]),
        tiers=st.lists(TIERS, min_size=1, max_size=3).map(tuple),
        targets=st.lists(TARGETS, max_size=3).map(tuple),
        priority=st.integers(1, 3),
        stacking=st.sampled_from(["any", "lines", "alone"]),
        currency=st.sampled_from(["", "", "SAR", "BDT"]),
        starts_on=st.sampled_from([None, None, FRIDAY, date(2026, 3, 14)]),
        weekdays=st.sampled_from([(), (), (5,), (6, 7)]),
        from_time=st.sampled_from([None, None, time(22)]),
        until_time=st.sampled_from([None, None, time(2, 30)]),
        contacts=st.sampled_from([(), (), (11,)]),
        groups=st.sampled_from([(), (), (5,)]),
        price_lists=st.sampled_from([(), (), ("Retail",)]),
        needs_coupon=st.booleans(),
        repeats=st.booleans(),
        max_times=st.sampled_from([None, 1, 3]),
        max_discount=st.sampled_from([None, D(25)]),
        skips_discounted=st.booleans(),
    ),
    max_size=5,
    unique_by=lambda rule: rule.id,
)
BASKETS = st.builds(
    Basket,
    lines=LINES.map(tuple),
    currency=st.just("SAR"),
    step=st.sampled_from([D("0.01"), D("0.001"), D(1)]),
    day=st.just(FRIDAY),
    clock=st.sampled_from([None, time(1), time(12), time(22)]),
    contacts=st.sampled_from([(), (11, 12)]),
    groups=st.sampled_from([(), (5,)]),
    coupons=st.sampled_from([(), (CouponShown(3, "C"), CouponShown(40, "D"))]),
    spent=st.sampled_from([(), (1, 2)]),
    spent_by_customer=st.sampled_from([(), (3,)]),
)


@settings(max_examples=250, deadline=None)
@given(rules=RULES, basket=BASKETS)
def test_any_promotions_give_the_same_in_the_till(
    till: Till, rules: list[Rule], basket: Basket
) -> None:
    said = till("decide", [as_json(rule) for rule in rules], as_json(basket))
    assert _plain(said) == _plain(as_json(decide(rules, basket)))


def _plain(decision: dict[str, Any]) -> Any:
    """The decision with amounts as they compare, and not as they are written."""
    amounts = {"amount", "quantity", "has", "needs"}
    return {
        part: [
            {name: D(value) if name in amounts else value for name, value in one.items()}
            for one in decision[part]
        ]
        for part in ("grants", "offers", "judgements")
    }
