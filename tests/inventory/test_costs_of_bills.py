"""Bills come after goods, before them, in parts and in another currency; freight comes later still.
What was put down for goods received is always settled to the cent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from sqlalchemy import func, select

from addons.contacts.api import add_contact
from addons.inventory.models import (
    BilledLine,
    LandedCost,
    LandedCostLine,
    LandedCostReceipt,
    Revaluation,
    StockRule,
)
from addons.inventory.reactions.purchases import compare_with_receipts, prepare_landed_costs
from addons.inventory.services.costs.bill_lines import Bill, BillGoods, take_in
from addons.inventory.services.costs.landing import post_landed_cost, undo_landed_cost
from addons.inventory.services.ledger.values import Source
from addons.inventory.services.valuation.as_of import stock_values_by_category, valuation_as_of
from addons.inventory.services.valuation.invariants import INVARIANTS
from addons.inventory.services.valuation.revaluing import post_revaluation
from addons.inventory.services.valuation.rule_keeping import update_rule
from addons.purchases.events import BillLine, BillPosted
from core.api import Conflict, InvalidInput
from tests.inventory.conftest import DAY, Store, rule_of

D = Decimal
_IDS = count(1)


@dataclass
class Order:
    """A line of an order of one product: goods and bills of it."""

    store: Store
    product: int
    id: int = field(default_factory=lambda: next(_IDS))
    supplier: int = 0

    def __post_init__(self) -> None:
        self.supplier = add_contact(self.store.session, {"name": f"Mill {self.id}"}).id

    def receive(self, quantity: str, price: str, day: date = DAY, **more: object) -> int:
        """Goods that come."""
        source = Source("purchases.order", self.id)
        posted = self.store.receive(
            self.product, quantity, price, day=day, source=source, source_line_id=1, **more
        )
        return posted.moves[0].id

    def give_back(self, quantity: str, move_id: int, day: date = DAY) -> None:
        """Goods that go back."""
        self.store.deliver(
            self.product,
            quantity,
            to="supplier",
            day=day,
            reverses_id=move_id,
            source=Source("purchases.order", self.id),
            source_line_id=1,
        )

    def bill(
        self,
        quantity: str,
        net: str,
        *,
        day: date = DAY,
        currency: str = "USD",
        rate: str = "1",
        back: bool = False,
    ) -> Decimal:
        """A bill that comes; returns what accounting debits to goods received."""
        bill = Bill(next(_IDS), "B", day, self.supplier, None, currency, D(rate), back)
        goods = BillGoods(1, self.id, 1, self.product, D(quantity), D(net))
        take_in(self.store.session, bill, [goods])
        take_in(self.store.session, bill, [goods])
        return self.store.session.scalars(
            select(BilledLine.amount).where(BilledLine.bill_id == bill.id)
        ).one()


@pytest.fixture(autouse=True)
def everything_holds(store: Store):
    """After each story every invariant holds, and the value on the last day is that of today."""
    yield
    for invariant in INVARIANTS:
        result = invariant.check(store.session)
        assert result.holds, (invariant.name, result.detail)


def test_a_dearer_bill_goes_onto_what_is_left_and_the_rest_to_the_variance(store: Store) -> None:
    for method in ("fifo", "average"):
        order = Order(store, store.product(method))
        order.receive("10", "10")
        store.deliver(order.product, "4")
        debit = order.bill("10", "115")
        assert store.held(order.product) == (6, 69)
        assert store.roles(order.product) == {
            "stock": 69,
            "received": -debit,
            "sold": 40,
            "variance": 6,
        }


def test_a_standard_price_stays_whatever_is_billed(store: Store) -> None:
    order = Order(store, store.product("standard"))
    order.receive("10", "10")
    debit = order.bill("10", "115")
    assert store.held(order.product) == (10, 100)
    assert store.roles(order.product) == {"stock": 100, "received": -debit, "variance": 15}


def test_bills_in_parts_and_before_the_goods_settle_to_the_cent(store: Store) -> None:
    order = Order(store, store.product("fifo"))
    debit = order.bill("3", "10")
    order.receive("5", "3.3333")
    debit += order.bill("4", "14", day=DAY + timedelta(days=3))
    order.receive("2", "3.3333", day=DAY + timedelta(days=4))
    assert store.roles(order.product) == {"stock": 24, "received": -debit}


def test_a_rate_that_moved_is_no_cost_of_goods(store: Store) -> None:
    order = Order(store, store.product("average"))
    order.receive("10", "10", currency="EUR", rate=D("1.10"))
    debit = order.bill("10", "105", currency="EUR", rate="1.20", day=DAY + timedelta(days=9))
    assert debit == 126
    assert store.held(order.product) == (10, D("115.50"))
    assert store.roles(order.product) == {
        "stock": D("115.50"),
        "received": -126,
        "exchange": D("10.50"),
    }


def test_a_debit_note_after_a_return_leaves_nothing_open(store: Store) -> None:
    order = Order(store, store.product("average"))
    move = order.receive("10", "10")
    debit = order.bill("10", "110")
    order.give_back("4", move)
    debit += order.bill("4", "44", back=True)
    assert store.held(order.product)[0] == 6
    assert store.roles(order.product)["received"] == -debit


def test_a_rebate_makes_the_goods_cheaper(store: Store) -> None:
    order = Order(store, store.product("fifo"))
    order.receive("10", "10")
    store.deliver(order.product, "5")
    debit = order.bill("10", "100") + order.bill("0", "20", back=True)
    assert store.held(order.product) == (5, 40)
    assert store.roles(order.product) == {
        "stock": 40,
        "received": -debit,
        "sold": 50,
        "variance": -10,
    }


def test_goods_billed_and_credited_that_never_came_leave_nothing_open(store: Store) -> None:
    order = Order(store, store.product("fifo"))
    order.receive("8", "10")
    debit = order.bill("10", "100") + order.bill("2", "20", back=True)
    assert store.roles(order.product) == {"stock": 80, "received": -debit}


def landed(store: Store, numbers: list[str], *lines: tuple[str, str], **more: object) -> LandedCost:
    cost = LandedCost(
        day=DAY,
        lines=[LandedCostLine(label=by, amount=D(amount), split_by=by) for amount, by in lines],
        receipts=[LandedCostReceipt(number=number) for number in numbers],
        **more,
    )
    store.session.add(cost)
    store.session.flush()
    return cost


def test_freight_is_shared_out_and_undone(store: Store) -> None:
    rice = store.product("fifo", weight=D(2), volume=D(1))
    tea = store.product("average", weight=D(1), volume=D(3))
    store.receive(rice, "10", "10")
    store.receive(tea, "10", "30")
    store.deliver(rice, "5")
    cost = landed(
        store,
        ["T1"],
        ("40", "value"),
        ("20", "quantity"),
        ("30", "weight"),
        ("40", "volume"),
        ("2", "equally"),
    )
    post_landed_cost(store.session, cost)
    # Rice bears 10 + 10 + 20 + 10 + 1, half of it sold; tea 30 + 10 + 10 + 30 + 1.
    assert store.held(rice) == (5, D("75.50"))
    assert store.held(tea) == (10, 381)
    assert store.roles(rice)["sold"] == D("75.50")
    store.deliver(tea, "2", day=DAY + timedelta(days=1))
    undo_landed_cost(store.session, cost)
    assert (store.held(rice), store.held(tea)) == ((5, 50), (8, 240))
    assert "landed" not in store.roles(rice) | store.roles(tea)
    with pytest.raises(Conflict):
        undo_landed_cost(store.session, cost)


def test_a_landed_cost_names_what_cannot_be(store: Store) -> None:
    store.receive(store.product("fifo"), "10", "10")
    for numbers, lines, field_name in (
        (["T1"], [], "lines"),
        (["NOWHERE"], [("1", "value")], "receipts"),
        ([], [("1", "value")], "receipts"),
        (["T1"], [("1", "weight")], "lines"),
        (["T1"], [("1.001", "value")], "lines"),
    ):
        with pytest.raises(InvalidInput) as refused:
            post_landed_cost(store.session, landed(store, numbers, *lines))
        assert refused.value.problems[0].field == field_name


def revalue(store: Store, product: int, **more: object) -> None:
    asked = Revaluation(day=DAY, product_id=product, reason="Market", **more)
    store.session.add(asked)
    store.session.flush()
    post_revaluation(store.session, asked)


def test_goods_are_revalued_by_hand_with_a_reason(store: Store) -> None:
    for method in ("fifo", "average", "standard"):
        rice = store.product(method)
        store.receive(rice, "4", "10")
        store.receive(rice, "6", "10")
        revalue(store, rice, unit_cost=D("8.333"))
        assert store.held(rice) == (10, D("83.33"))
        assert store.roles(rice)["revaluation"] == D("16.67")
        with pytest.raises(Conflict):
            revalue(store, rice, unit_cost=D("8.333"))


def test_a_method_changes_by_a_revaluation_and_not_by_a_rule(store: Store) -> None:
    rice = store.product("average")
    store.receive(rice, "1", "10")
    store.receive(rice, "1", "20")
    with pytest.raises(Conflict), store.session.begin_nested():
        update_rule(store.session, rule_of(store.session, rice), {"method": "fifo"})
    store.session.expire_all()
    revalue(store, rice, kind="method", method="fifo")
    assert store.held(rice) == (2, 30)
    revalue(store, rice, kind="method", method="standard", unit_cost=D(12))
    assert store.held(rice) == (2, 24)
    assert rule_of(store.session, rice).method == "standard"
    revalue(store, rice, kind="method", method="average")
    store.deliver(rice, "2")
    assert store.held(rice) == (0, 0)


def test_the_value_of_any_day_is_that_of_its_postings(store: Store) -> None:
    rice = store.product("fifo")
    before = stock_values_by_category(store.session, DAY).get(None, D(0))
    store.receive(rice, "10", "10", day=date(2025, 12, 31))
    store.deliver(rice, "4", day=date(2026, 1, 1))
    store.receive(rice, "1", "7", day=date(2026, 3, 1))
    told = {
        day: [(one.quantity, one.value) for one in valuation_as_of(store.session, day, [rice])]
        for day in (date(2025, 12, 30), date(2025, 12, 31), date(2026, 1, 1), DAY)
    }
    assert list(told.values()) == [[], [(10, 100)], [(6, 60)], [(7, 67)]]
    assert stock_values_by_category(store.session, DAY)[None] - before == 67
    assert store.session.scalar(select(func.count()).select_from(StockRule)) == 1


def posted(order: Order, *lines: BillLine, kind: str = "bill") -> BillPosted:
    return BillPosted(
        bill_id=next(_IDS),
        kind=kind,  # type: ignore[arg-type]
        number="BILL/7",
        supplier_reference="",
        day=DAY,
        contact_id=order.supplier,
        contact_name="Mill",
        currency="USD",
        rate=D(1),
        branch_id=None,
        lines=lines,
        taxes=(),
        net=D(0),
        tax=D(0),
        total=D(0),
        instalments=(),
        corrects_id=None,
    )


def bill_line(order: Order, role: str, quantity: str, net: str, line_id: int) -> BillLine:
    goods = role == "goods"
    return BillLine(
        line_id=line_id,
        role=role,  # type: ignore[arg-type]
        product_id=order.product if goods else None,
        category_id=None,
        order_id=order.id,
        order_line_id=1 if goods else None,
        label="Freight",
        quantity=D(quantity),
        unit="pcs",
        net=D(net),
        taxes=(),
    )


def test_a_posted_bill_is_heard_and_its_freight_becomes_a_draft(store: Store) -> None:
    order = Order(store, store.product("fifo"))
    order.receive("10", "10")
    event = posted(
        order,
        bill_line(order, "goods", "10", "110", 1),
        bill_line(order, "landed_cost", "1", "30", 2),
    )
    for _ in range(2):
        compare_with_receipts(store.session, event)
        prepare_landed_costs(store.session, event)
    assert store.held(order.product) == (10, 110)
    draft = store.session.scalars(
        select(LandedCost).where(LandedCost.bill_id == event.bill_id)
    ).one()
    assert [(one.label, one.amount) for one in draft.lines] == [("Freight", 30)]
    assert [one.number for one in draft.receipts] == ["T1"]
    draft.receipts[0].product_id = order.product
    post_landed_cost(store.session, draft)
    assert store.held(order.product) == (10, 140)
