"""A till without a network finds the price that the server finds."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from addons.catalog.services.prices.choosing import Figures, Wanted, price_in_list
from addons.catalog.services.prices.lists import ListFacts
from addons.catalog.services.prices.rules import Priced, Rule
from tests.pos.engine.conftest import Till

D = Decimal
DAY = date(2026, 3, 13)
TARGETS = ("product:5", "template:2", "category:9", "category:4", "brand:3", "all")
LISTS = {
    1: ListFacts(1, "Retail", "SAR", False, None),
    2: ListFacts(2, "Trade", "SAR", True, 3),
}
RULES = st.builds(
    Rule,
    id=st.integers(1, 10_000),
    list_id=st.sampled_from([1, 1, 2]),
    target=st.sampled_from([*TARGETS, "product:6"]),
    unit_id=st.sampled_from([None, None, 1, 2]),
    min_quantity=st.sampled_from([D(0), D(1), D(10), D(24)]),
    valid_from=st.sampled_from([None, None, DAY, date(2026, 4, 1)]),
    valid_until=st.sampled_from([None, None, DAY, date(2026, 3, 1)]),
    method=st.sampled_from(["fixed", "discount", "markup", "margin"]),
    amount=st.decimals("0.01", "500", places=2),
    percent=st.decimals("-20", "95", places=2),
    base_list_id=st.sampled_from([None, 2]),
    surcharge=st.sampled_from([D(0), D(0), D("1.5"), D(-2)]),
    rounding_step=st.sampled_from([None, None, D(1), D("0.5"), D(10)]),
    rounding_ending=st.sampled_from([D(0), D("0.95"), D("-0.05")]),
    rounding=st.sampled_from(["nearest", "up", "down"]),
)


@settings(max_examples=250, deadline=None)
@given(
    rules=st.lists(RULES, max_size=8, unique_by=lambda rule: rule.id),
    quantity=st.decimals("0.5", "30", places=1),
    unit=st.sampled_from([(1, D(1)), (2, D(12))]),
    sale_price=st.decimals("0", "400", places=2),
    cost=st.sampled_from([None, D("7.35")]),
    of_parts=st.booleans(),
)
def test_any_rules_give_the_same_price_in_the_till(
    till: Till, rules: list[Rule], quantity: D, unit: tuple[int, D], sale_price: D,
    cost: D | None, of_parts: bool,
) -> None:  # fmt: skip
    # The second list is what the first may be based on, and nothing's own base.
    own = [rule for rule in rules if rule.list_id == 1 or rule.base_list_id is None]
    unit_id, factor = unit
    priced = Priced(5, "Tea", 1, sale_price, TARGETS, of_parts, _fit(own))
    figures = Figures(LISTS, lambda _: cost, lambda amount, *_: amount, "SAR")
    chosen, _ = price_in_list(Wanted(priced, DAY, unit_id, quantity, factor), 1, figures)
    product = {
        "id": 5, "unit": 1, "price": str(sale_price), "targets": TARGETS, "of_parts": of_parts,
        "parts": [], "percent": "0", "cost": None if cost is None else str(cost),
    }  # fmt: skip
    question = {
        "product": product, "quantity": str(quantity), "unit": unit_id, "factor": str(factor),
        "parties": ["contact:1", "all"], "day": str(DAY),
    }  # fmt: skip
    feed = {
        "lists": [_as_fed(one) for one in LISTS.values()],
        "price_rules": [_told(rule) for rule in own],
        "digits": 2,
    }
    said = till("price", question, feed)
    if chosen is None:
        assert said["rule_id"] is None
        assert D(said["price"]) == (0 if of_parts else sale_price * factor)
        return
    price = chosen.price if chosen.per_rule_unit else chosen.price * factor
    assert (said["rule_id"], said["list_id"], D(said["price"])) == (chosen.rule.id, 1, price)


def _fit(rules: list[Rule]) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if rule.target in TARGETS)


def _as_fed(facts: ListFacts) -> dict[str, Any]:
    """A list as the feed has it; only the first is for everybody."""
    parties = [{"party": "all", "valid_from": None, "valid_until": None}] if facts.id == 1 else []
    return {
        "id": facts.id,
        "name": facts.name,
        "digits": facts.digits,
        "shows_discount": facts.shows_discount,
        "parties": parties,
    }


def _told(rule: Rule) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, D | date) else value
        for name, value in asdict(rule).items()
    }
