"""Random companies buy, sell, take back, backdate and pay freight, by every method; after each step
every invariant holds, and costs are those of an oracle that knows fractions alone.

The oracle runs the story in the order of days, as if each document had come in time. So it says at
once that a backdated document ends where an early one would have.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.accounting.options import AccountingOptions
from addons.inventory.models import LandedCost, LandedCostLine, LandedCostReceipt, Location
from addons.inventory.services.costs.landing import post_landed_cost
from addons.inventory.services.ledger.values import MoveDraft
from addons.inventory.services.valuation.invariants import INVARIANTS
from core.addons.options import set_options
from core.api import Conflict
from tests.inventory.conftest import DAY, Store

D = Decimal
FIRST = DAY - timedelta(days=40)


@dataclass
class Layer:
    receipt: int
    whole: Fraction
    left: Fraction
    value: Fraction


@dataclass
class Oracle:
    """A pool of goods in exact fractions: first in first out, or the average."""

    average: bool
    layers: list[Layer] = field(default_factory=list)
    owed: Fraction = Fraction(0)

    @property
    def quantity(self) -> Fraction:
        return sum((one.left for one in self.layers), Fraction(0)) - self.owed

    @property
    def value(self) -> Fraction:
        return sum((one.value for one in self.layers), Fraction(0))

    def come(self, receipt: int, quantity: Fraction, cost: Fraction) -> None:
        filled = min(self.owed, quantity)
        self.owed -= filled
        left = quantity - filled
        if left:
            self.layers.append(Layer(receipt, quantity, left, cost * left / quantity))
        self.level()

    def go(self, quantity: Fraction) -> None:
        for layer in list(self.layers):
            used = min(layer.left, quantity)
            layer.value -= layer.value * used / layer.left
            layer.left -= used
            quantity -= used
            if not layer.left:
                self.layers.remove(layer)
        self.owed += quantity

    def add(self, receipt: int, amount: Fraction) -> None:
        for layer in self.layers:
            if layer.receipt == receipt:
                layer.value += amount * layer.left / layer.whole
        self.level()

    def level(self) -> None:
        """By the average every piece is worth the same."""
        if self.average and self.layers:
            value, quantity = self.value, sum(one.left for one in self.layers)
            for layer in self.layers:
                layer.value = value * layer.left / quantity


@dataclass
class Story:
    """What happened to a product, in the order in which it was told."""

    store: Store
    average: bool
    product: int
    told: list[tuple[date, str, int, Fraction, Fraction]] = field(default_factory=list)
    sales: list[tuple[int, Decimal, date]] = field(default_factory=list)
    back: dict[int, Decimal] = field(default_factory=lambda: defaultdict(D))
    receipts: list[tuple[int, str, date]] = field(default_factory=list)

    def oracle(self) -> Oracle:
        oracle = Oracle(self.average)
        for _, kind, which, quantity, amount in sorted(self.told, key=lambda one: one[0]):
            if kind == "come":
                oracle.come(which, quantity, amount)
            elif kind == "go":
                oracle.go(quantity)
            else:
                oracle.add(which, amount)
        return oracle

    def receive(self, quantity: int, price: Decimal, day: date) -> None:
        number = f"R{self.product}-{len(self.told)}"
        draft = MoveDraft(
            self.product,
            self.store.outside("supplier"),
            self.store.stock,
            D(quantity),
            price=price,
        )
        posted = post(self.store, draft, day, number)
        self.receipts.append((posted.id, number, day))
        self.told.append((day, "come", posted.id, Fraction(quantity), Fraction(posted.value)))

    def deliver(self, quantity: int, day: date) -> None:
        posted = self.store.deliver(self.product, D(quantity), day=day).moves[0]
        self.sales.append((posted.id, D(quantity), day))
        self.told.append((day, "go", posted.id, Fraction(quantity), Fraction(0)))

    def take_back(self, quantity: int, day: date) -> None:
        for move_id, sold, sold_on in self.sales:
            if self.back[move_id] + quantity <= sold:
                day = max(day, sold_on)
                posted = self.store.receive(
                    self.product,
                    D(quantity),
                    None,
                    from_="customer",
                    reverses_id=move_id,
                    day=day,
                ).moves[0]
                self.back[move_id] += quantity
                row = (day, "come", posted.id, Fraction(quantity), Fraction(posted.value))
                self.told.append(row)
                return

    def pay_freight(self, amount: Decimal, day: date) -> None:
        if not self.receipts:
            return
        move_id, number, received_on = self.receipts[len(self.told) % len(self.receipts)]
        landed = LandedCost(
            day=day,
            lines=[LandedCostLine(label="Freight", amount=amount)],
            receipts=[LandedCostReceipt(number=number, product_id=self.product)],
        )
        self.store.session.add(landed)
        self.store.session.flush()
        post_landed_cost(self.store.session, landed)
        self.told.append((max(day, received_on), "add", move_id, Fraction(0), Fraction(amount)))


def post(store: Store, draft: MoveDraft, day: date, number: str):
    from addons.inventory.services.ledger.posting import post_moves

    return post_moves(store.session, [draft], day=day, number=number, reason="Test").moves[0]


def check(story: Story) -> None:
    for invariant in INVARIANTS:
        result = invariant.check(story.store.session)
        assert result.holds, (invariant.name, result.detail)
    oracle = story.oracle()
    quantity, value = story.store.held(story.product)
    assert quantity == oracle.quantity
    if quantity >= 0:
        assert abs(Fraction(value) - oracle.value) <= Fraction(1, 100) * len(story.told)
    roles = story.store.roles(story.product)
    assert sum(roles.values()) == 0


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "receive", "deliver", "deliver", "back", "freight"]),
        st.integers(1, 9),
        st.integers(1, 20_000),
        st.integers(0, 12),
    ),
    min_size=4,
    max_size=14,
)


@pytest.mark.parametrize("method", ["fifo", "average"])
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(steps=STEPS, negative=st.sampled_from(["forbid", "allow"]))
def test_costs_are_those_of_the_oracle_whatever_comes_late(
    store: Store, method: str, negative: str, steps: list[tuple[str, int, int, int]]
) -> None:
    product = store.product(method, negative=negative)
    story = Story(store, method == "average", product)
    for kind, quantity, price, days in steps:
        day, cost = FIRST + timedelta(days=days), D(price) / 100
        try:
            with store.session.begin_nested():
                if kind == "receive":
                    story.receive(quantity, cost / 3, day)
                elif kind == "deliver":
                    story.deliver(quantity, day)
                elif kind == "back":
                    story.take_back(quantity, day)
                else:
                    story.pay_freight(cost, day)
        except Conflict:
            if negative == "allow":
                raise
        check(story)


@pytest.mark.parametrize("method", ["fifo", "average"])
def test_goods_that_were_sold_before_they_came_get_the_receipt_that_was_entered_late(
    store: Store, method: str
) -> None:
    story = Story(store, method == "average", store.product(method, negative="allow"))
    story.deliver(1, FIRST)
    story.receive(1, D(10), FIRST + timedelta(days=1))
    story.receive(1, D(4), FIRST)
    check(story)
    assert store.held(story.product) == (1, 10)
    assert store.roles(story.product)["sold"] == 4


def load_moves(folder: Path) -> dict[str, list[dict[str, str]]]:
    by_product: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (folder / "derived" / "stock_moves.csv").open() as file:
        for row in csv.DictReader(file):
            by_product[row["productid"]].append(row)
    return by_product


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("method", "currency", "sold", "left"),
    [
        ("fifo", "CLF", "fifo_cogs", "fifo_stock"),
        ("average", "CLF", "moving_average_cogs_exact_4dp", "moving_average_stock_exact_4dp"),
    ],
)
def test_a_bicycle_maker_has_the_costs_that_were_worked_out_elsewhere(
    store: Store, real_data: Path, method: str, currency: str, sold: str, left: str
) -> None:
    # A currency with four digits holds the prices of the file exactly.
    set_options(store.session, AccountingOptions, company_currency=currency)
    with (real_data / "derived" / "stock_valuation.expected.csv").open() as file:
        expected = {row["productid"]: row for row in csv.DictReader(file)}
    for key, rows in load_moves(real_data).items():
        product = store.product(method)
        by_day: dict[tuple[str, str], list[MoveDraft]] = defaultdict(list)
        for row in rows:
            come = row["direction"] == "in"
            places = (store.outside("supplier"), store.stock)
            if not come:
                places = (store.stock, store.outside("customer"))
            price = D(row["unit_cost"]) if come else None
            draft = MoveDraft(product, *places, D(row["quantity"]), price=price)
            by_day[row["date"], row["direction"]].append(draft)
        for (day, _), drafts in by_day.items():
            store.move(*drafts, day=date.fromisoformat(day))
        quantity, value = store.held(product)
        # By first in first out nothing is rounded; by the average half a unit an issue at most.
        bound = D(0) if method == "fifo" else D("0.00005") * len(rows)
        assert quantity == D(expected[key]["on_hand"])
        assert abs(value - D(expected[key][left])) <= bound
        assert abs(store.roles(product).get("sold", D(0)) - D(expected[key][sold])) <= bound


@pytest.mark.real_data
def test_lots_have_the_costs_that_an_accountants_program_says(
    store: Store, real_data: Path
) -> None:
    cases = json.loads((real_data / "lots" / "valuation_cases.json").read_text())["cases"]
    wanted = [case for case in cases if case["method"] in ("FIFO", "AVERAGE")]
    assert len(wanted) == 7
    for case in wanted:
        method = case["method"].lower()
        product = store.product(method, tracking="lot", per_lot=True)
        shelves = {}
        for name in sorted({row[1] for row in case["receipts"]}):
            place = Location(name=name, path=f"{name} {product}")
            store.session.add(place)
            store.session.flush()
            shelves[name] = (place.id, store.lot(product, name))
        for day, name, quantity, price in case["receipts"]:
            place, lot = shelves[name]
            store.receive(
                product,
                str(quantity),
                str(price),
                to_id=place,
                lot_id=lot,
                day=date.fromisoformat(day),
            )
        day, name, quantity, _ = case["issues"][0]
        place, lot = shelves[name]
        give = {"from_id": place, "lot_id": lot, "day": date.fromisoformat(day)}
        if case.get("error"):
            with pytest.raises(Conflict), store.session.begin_nested():
                store.deliver(product, str(quantity), **give)
            continue
        assert store.deliver(product, str(quantity), **give).moves[0].value == case["cost"]
