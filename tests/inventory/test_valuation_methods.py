"""A store buys the same goods at several prices and sells some: each method says what they cost,
and pieces and value end together."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.inventory.conftest import Store

D = Decimal


@pytest.mark.parametrize(
    ("method", "cost", "left"),
    [("fifo", "166.67", "133.33"), ("average", "180", "120"), ("standard", "150", "100")],
)
def test_each_method_says_what_goods_that_leave_cost(
    store: Store, method: str, cost: str, left: str
) -> None:
    rice = store.product(method)
    store.receive(rice, "10", "10")
    store.receive(rice, "15", "13.3333")
    sold = store.deliver(rice, "15")
    assert sold.moves[0].value == D(cost)
    assert store.held(rice) == (10, D(left))


def test_the_last_piece_takes_the_last_cent(store: Store) -> None:
    for method in ("fifo", "average", "standard"):
        rice = store.product(method)
        store.receive(rice, "3", "3.3333")
        for _ in range(3):
            store.deliver(rice, "1")
        assert store.held(rice) == (0, 0)


def test_what_differs_from_the_standard_price_is_a_variance(store: Store) -> None:
    rice = store.product("standard")
    store.receive(rice, "10", "10")
    store.receive(rice, "10", "11.5")
    assert store.held(rice) == (20, 200)
    assert store.roles(rice) == {"stock": 200, "received": -215, "variance": 15}


@pytest.mark.parametrize("method", ["fifo", "average"])
def test_goods_come_back_from_a_customer_at_the_cost_they_left_with(
    store: Store, method: str
) -> None:
    rice = store.product(method)
    store.receive(rice, "3", "3.3333")
    sold = store.deliver(rice, "3").moves[0]
    store.receive(rice, "3", "20")
    for _ in range(3):
        store.receive(rice, "1", None, from_="customer", reverses_id=sold.id)
    assert store.held(rice) == (6, 70)
    assert "sold" not in store.roles(rice)


@pytest.mark.parametrize("method", ["fifo", "average"])
def test_goods_go_back_to_their_supplier_at_what_they_came_at(store: Store, method: str) -> None:
    rice = store.product(method)
    store.receive(rice, "10", "10")
    dear = store.receive(rice, "10", "20").moves[0]
    store.deliver(rice, "4", to="supplier", reverses_id=dear.id)
    assert store.roles(rice) == {"stock": 220, "received": -220}


def test_goods_that_were_not_there_get_their_cost_when_they_come(store: Store) -> None:
    for method in ("fifo", "average"):
        rice = store.product(method, negative="allow")
        store.receive(rice, "2", "10")
        store.deliver(rice, "5")
        assert store.held(rice) == (-3, -30)
        store.receive(rice, "10", "12")
        assert store.held(rice) == (7, 84)
        assert store.roles(rice) == {"stock": 84, "received": -140, "sold": 56}
