"""Which promotions give what: the same answer on a server and in a till, whatever is bought.

The decision is plain arithmetic over values. For any basket its parts sum to the whole, no line
costs less than nothing, the order of lines does not matter, and asking twice changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addons.sales.services.promotions.deciding import decide
from addons.sales.services.promotions.rules import (
    Basket,
    BasketLine,
    CouponShown,
    Decision,
    Rule,
    Target,
    Tier,
    as_json,
    from_json,
)

D = Decimal
CENT = D("0.01")
FRIDAY = date(2026, 3, 13)


def line(key: str, product: int, quantity: str, amount: str, **more) -> BasketLine:
    return BasketLine(key, product, D(quantity), D(amount), **more)


def basket(*lines: BasketLine, **more) -> Basket:
    return Basket(lines, "SAR", CENT, FRIDAY, **more)


def rule(kind: str, *tiers: Tier, **more) -> Rule:
    values = {"id": 1, "name": "Spring", **more}
    return Rule(kind=kind, tiers=tiers, **values)  # type: ignore[arg-type]


def outcome(decision: Decision) -> str:
    return decision.judgements[0].outcome


def test_a_percentage_is_rounded_once_and_shared_out() -> None:
    three = basket(*(line(str(n), n, "1", "0.99") for n in range(1, 4)))
    found = decide([rule("percent", Tier(percent=D(5)))], three)
    assert sum(found.discounts().values()) == D("0.15")
    assert sorted(found.discounts().values()) == [D("0.05")] * 3


def test_the_highest_tier_that_is_reached_counts() -> None:
    tiers = (Tier(min_amount=D(100), percent=D(5)), Tier(min_amount=D(500), percent=D(10)))
    promotion = rule("percent", *tiers)
    assert decide([promotion], basket(line("a", 1, "1", "500"))).discounts() == {"a": D(50)}
    assert decide([promotion], basket(line("a", 1, "1", "499"))).discounts() == {"a": D("24.95")}
    missed = decide([promotion], basket(line("a", 1, "1", "99"))).judgements[0]
    assert (missed.outcome, missed.has, missed.needs) == ("threshold", 99, 100)


def test_an_amount_is_given_anew_for_every_threshold_and_never_more_than_there_is() -> None:
    promotion = rule("amount", Tier(min_amount=D(100), amount=D(15)), repeats=True, max_times=3)
    assert decide([promotion], basket(line("a", 1, "1", "250"))).discounts() == {"a": D(30)}
    assert decide([promotion], basket(line("a", 1, "1", "999"))).discounts() == {"a": D(45)}
    generous = rule("amount", Tier(amount=D(50)))
    assert decide([generous], basket(line("a", 1, "1", "20"))).discounts() == {"a": D(20)}


def test_of_what_is_bought_the_cheapest_is_free() -> None:
    promotion = rule("buy_get", Tier(min_quantity=D(2), get_quantity=D(1)))
    bought = basket(line("dear", 1, "4", "80"), line("cheap", 2, "2", "10"))
    assert decide([promotion], bought).discounts() == {"cheap": D(10)}
    more = basket(line("dear", 1, "8", "160"), line("cheap", 2, "1", "5"))
    assert decide([promotion], more).discounts() == {"cheap": D(5), "dear": D(40)}
    assert outcome(decide([promotion], basket(line("a", 1, "2", "20")))) == "threshold"
    # Six are too few for three of eight, and enough for one of three, twice.
    steps = (*promotion.tiers, Tier(min_quantity=D(5), get_quantity=D(3)))
    six = basket(line("a", 1, "6", "60"))
    assert decide([replace(promotion, tiers=steps)], six).discounts() == {"a": D(20)}


def test_the_second_at_half_the_price_of_something_else() -> None:
    targets = (Target("counts", product_id=1), Target("gives", product_id=2))
    promotion = rule(
        "buy_get", Tier(min_quantity=D(1), get_quantity=D(1), percent=D(50)), targets=targets
    )
    bought = basket(line("shirt", 1, "2", "100"), line("tie", 2, "3", "45"))
    assert decide([promotion], bought).discounts() == {"tie": D(15)}


def test_a_bundle_costs_its_price_as_often_as_it_is_there() -> None:
    items = (Target("counts", category_id=7, quantity=D(2)), Target("counts", product_id=3))
    promotion = rule("bundle", Tier(amount=D(20)), targets=items)
    bought = basket(
        line("dear", 1, "3", "36", category_ids=(5, 7)),
        line("cheap", 2, "2", "10", category_ids=(7,)),
        line("other", 3, "2", "18"),
    )
    found = decide([promotion], bought)
    # Two sets: three dear ones, a cheap one and both others are worth 36 + 5 + 18.
    assert sum(found.discounts().values()) == 59 - 40
    dearer = rule("bundle", Tier(amount=D(90)), targets=items)
    assert outcome(decide([dearer], bought)) == "no_benefit"


def test_a_gift_is_free_if_it_is_there_and_offered_if_not() -> None:
    promotion = rule("gift", Tier(min_amount=D(100), get_quantity=D(2), product_id=9))
    offered = decide([promotion], basket(line("a", 1, "1", "100")))
    assert (outcome(offered), offered.offers[0].quantity) == ("offered", 2)
    there = decide([promotion], basket(line("a", 1, "1", "100"), line("b", 9, "3", "30")))
    assert (there.discounts(), there.offers) == ({"b": D(20)}, ())
    # What is given does not count towards what it is given for.
    assert outcome(decide([promotion], basket(line("b", 9, "20", "200")))) == "products"


def test_promotions_go_together_as_they_say() -> None:
    tenth = rule("percent", Tier(percent=D(10)), id=1)
    half = rule("percent", Tier(percent=D(50)), id=2, priority=20)
    bought = basket(line("a", 1, "1", "100"))
    assert decide([half, tenth], bought).discounts() == {"a": D(55)}
    alone = replace(half, stacking="alone")
    assert [one.outcome for one in decide([tenth, alone], bought).judgements] == [
        "applied",
        "alone",
    ]
    first = replace(alone, priority=1)
    assert decide([tenth, first], bought).discounts() == {"a": D(50)}
    by_line = replace(tenth, stacking="lines", targets=(Target("counts", product_id=1),))
    two = basket(line("a", 1, "1", "100"), line("b", 2, "1", "100"))
    assert decide([by_line, half], two).discounts() == {"a": D(10), "b": D(50)}


@pytest.mark.parametrize(
    ("more", "bought", "said"),
    [
        ({"ends_on": date(2026, 3, 12)}, {}, "period"),
        ({"starts_on": date(2026, 3, 14)}, {}, "period"),
        ({"weekdays": (1, 2)}, {}, "weekday"),
        ({"weekdays": (5,)}, {}, "applied"),
        ({"from_time": time(17), "until_time": time(19)}, {}, "hour_unknown"),
        ({"from_time": time(17), "until_time": time(19)}, {"clock": time(19)}, "hour"),
        ({"from_time": time(22), "until_time": time(2)}, {"clock": time(1, 59)}, "applied"),
        ({"currency": "USD"}, {}, "currency"),
        ({"contacts": (4,)}, {"contacts": (5,)}, "customer"),
        ({"contacts": (4,), "groups": (8,)}, {"contacts": (5,), "groups": (8,)}, "applied"),
        ({"needs_coupon": True}, {}, "coupon"),
        ({"needs_coupon": True}, {"coupons": (CouponShown(1, "ABC"),)}, "applied"),
        ({}, {"spent": (1,)}, "spent"),
        ({}, {"spent_by_customer": (1,)}, "spent_by_customer"),
        ({"price_lists": ("Retail",)}, {}, "products"),
        ({"targets": (Target("except", brand_id=6),)}, {}, "products"),
        ({"skips_discounted": True}, {}, "products"),
    ],
)
def test_a_condition_that_is_not_met_is_named(more: dict, bought: dict, said: str) -> None:
    only = line("a", 1, "1", "100", brand_id=6, price_list="Trade", discounted=True)
    found = decide([rule("percent", Tier(percent=D(10)), **more)], basket(only, **bought))
    assert outcome(found) == said


amounts = st.decimals("0", "9999.99", places=2)
quantities = st.decimals("0.1", "40", places=1)
lines = st.lists(
    st.builds(
        BasketLine,
        key=st.uuids().map(str),
        product_id=st.integers(1, 4),
        quantity=quantities,
        amount=amounts,
        category_ids=st.sampled_from([(), (1,), (1, 2)]),
        discounted=st.booleans(),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda one: one.key,
)
tiers = st.builds(
    Tier,
    min_quantity=st.integers(1, 5).map(D),
    min_amount=st.sampled_from([D(0), D(100)]),
    percent=st.decimals("0.1", "100", places=1),
    amount=st.decimals("0.01", "500", places=2),
    get_quantity=st.integers(1, 3).map(D),
    product_id=st.integers(1, 4),
)
targets = st.builds(
    Target,
    use=st.sampled_from(["counts", "counts", "gives", "except"]),
    product_id=st.integers(1, 4),
    quantity=st.integers(1, 3).map(D),
)
rules = st.lists(
    st.builds(
        Rule,
        id=st.integers(1, 99),
        name=st.just("Any"),
        kind=st.sampled_from(["percent", "amount", "buy_get", "bundle", "gift"]),
        tiers=st.lists(tiers, min_size=1, max_size=3).map(tuple),
        targets=st.lists(targets, max_size=3).map(tuple),
        priority=st.integers(1, 3),
        stacking=st.sampled_from(["any", "lines", "alone"]),
        repeats=st.booleans(),
        max_times=st.sampled_from([None, 1, 3]),
        max_discount=st.sampled_from([None, D(25)]),
        skips_discounted=st.booleans(),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one.id,
)


@settings(max_examples=60, deadline=None)
@given(lines=lines, rules=rules, data=st.data())
def test_whatever_is_bought_the_sums_hold(lines, rules, data) -> None:
    bought = basket(*lines)
    found = decide(rules, bought)
    given_off = found.discounts()
    for one in lines:
        assert 0 <= given_off.get(one.key, D(0)) <= one.amount
    for judged in found.judgements:
        own = [grant for grant in found.grants if grant.promotion_id == judged.promotion_id]
        assert sum((grant.amount for grant in own), D(0)) == judged.amount
        assert (judged.outcome == "applied") == bool(judged.amount)
    for grant in found.grants:
        assert grant.amount == grant.amount.quantize(CENT) > 0
    for one in rules:
        own = sum((g.amount for g in found.grants if g.promotion_id == one.id), D(0))
        assert one.max_discount is None or own <= one.max_discount
    assert decide(rules, bought) == found
    mixed = decide(data.draw(st.permutations(rules)), basket(*data.draw(st.permutations(lines))))
    assert mixed == found


@settings(max_examples=25, deadline=None)
@given(lines=lines, percent=st.decimals("0.1", "100", places=1))
def test_the_parts_of_a_percentage_are_the_percentage_of_the_whole(lines, percent) -> None:
    found = decide([rule("percent", Tier(percent=percent))], basket(*lines))
    whole = sum((one.amount for one in lines), D(0))
    exact = (whole * percent / 100).quantize(CENT, rounding="ROUND_HALF_UP")
    assert sum(found.discounts().values(), D(0)) == exact


@settings(max_examples=25, deadline=None)
@given(lines=lines, rules=rules)
def test_a_till_that_has_them_as_json_decides_the_same(lines, rules) -> None:
    bought = basket(*lines, clock=time(9, 30))
    carried = json.loads(json.dumps([as_json(one) for one in rules]))
    there = [from_json(Rule, one) for one in carried]
    asked = from_json(Basket, json.loads(json.dumps(as_json(bought))))
    assert from_json(Decision, as_json(decide(there, asked))) == decide(rules, bought)
