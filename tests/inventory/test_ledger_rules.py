"""What the ledger of stock refuses, and that nobody can change what it holds."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from addons.inventory.models import Location, OnHand
from addons.inventory.options import InventoryOptions
from addons.inventory.services.ledger.balances import on_hand, on_hand_in_warehouse
from addons.inventory.services.ledger.values import MoveDraft
from addons.inventory.services.valuation.invariants import INVARIANTS
from core.addons.options import set_options
from core.api import AppError, Conflict, InvalidInput, utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.inventory.conftest import DAY, Store

D = Decimal


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inventory.move SET quantity = 1",
        "DELETE FROM inventory.move",
        "UPDATE inventory.value_line SET amount = 0",
        "DELETE FROM inventory.cost_event",
        "UPDATE inventory.cost_event SET left_quantity = 0",
        "UPDATE inventory.cost_pool SET value = value + 1",
        "UPDATE inventory.on_hand SET quantity = 0",
        "INSERT INTO inventory.month_value VALUES (1, '2026-01-01', 0, 1, 1)",
    ],
)
def test_what_the_ledger_holds_cannot_be_changed(store: Store, statement: str) -> None:
    store.receive(store.product(), "1", "1")
    with pytest.raises(DBAPIError, match=r"never changed|kept from|permission denied"):
        store.session.execute(text(statement))


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "Infinity", "1E12", "0.00000000001"])
def test_a_quantity_is_a_number_above_zero_that_people_write(store: Store, quantity: str) -> None:
    rice = store.product()
    with pytest.raises(InvalidInput) as refused:
        store.receive(rice, quantity, "1")
    assert refused.value.problems[0].field == "quantity"


def test_goods_are_not_worth_more_than_all_there_is(store: Store) -> None:
    with pytest.raises(InvalidInput) as refused:
        store.receive(store.product(), "900000000000", "900000000000")
    assert refused.value.problems[0].field == "price"


def test_services_groups_strange_lots_and_days_to_come_are_refused(store: Store) -> None:
    rice, tea = store.product(), store.product()
    view = store.session.scalars(select(Location.id).where(Location.kind == "view")).one()
    wrong = {
        "product_id": lambda: store.receive(store.product(kind="service"), "1", "1"),
        "to_id": lambda: store.receive(rice, "1", "1", to_id=view),
        "lot_id": lambda: store.receive(rice, "1", "1", lot_id=store.lot(tea, "T1")),
        "day": lambda: store.receive(rice, "1", "1", day=utc_now().date() + timedelta(days=5)),
        "from_id": lambda: store.receive(rice, "1", "1", to_id=-1),
    }
    for field, attempt in wrong.items():
        with pytest.raises(InvalidInput) as refused:
            attempt()
        assert refused.value.problems[0].field in (field, "to_id")


def test_goods_that_are_not_there_cannot_leave_unless_that_was_decided(store: Store) -> None:
    rice = store.product(negative="forbid")
    store.receive(rice, "2", "1")
    with pytest.raises(Conflict, match="3 are missing"):
        store.deliver(rice, "5")
    salt = store.product(negative="warn")
    assert "5 of" in store.deliver(salt, "5").warnings[0]
    assert store.deliver(store.product(negative="allow"), "5").warnings == ()


def test_goods_in_another_location_do_not_help(store: Store) -> None:
    rice = store.product()
    shelf = Location(name="Shelf", path="WH/Shelf")
    store.session.add(shelf)
    store.session.flush()
    store.receive(rice, "10", "5")
    store.move(MoveDraft(rice, store.stock, shelf.id, D(4)))
    with pytest.raises(Conflict), store.session.begin_nested():
        store.deliver(rice, "5", from_id=shelf.id)
    assert store.held(rice) == (10, 50)
    assert {one.location_id: one.quantity for one in on_hand(store.session, [rice])} == {
        store.stock: 6,
        shelf.id: 4,
    }
    assert on_hand_in_warehouse(store.session, [rice], None) == {rice: 10}


def test_no_more_comes_back_than_went(store: Store) -> None:
    rice = store.product()
    store.receive(rice, "5", "1")
    sold = store.deliver(rice, "3").moves[0]
    store.receive(rice, "2", None, from_="customer", reverses_id=sold.id)
    with pytest.raises(Conflict, match="No more than 1"):
        store.receive(rice, "2", None, from_="customer", reverses_id=sold.id)


def test_backdating_can_be_forbidden(store: Store) -> None:
    rice = store.product()
    store.receive(rice, "5", "1")
    set_options(store.session, InventoryOptions, backdating="forbid")
    with pytest.raises(Conflict, match="backdated"):
        store.deliver(rice, "1", day=DAY - timedelta(days=1))


def test_a_backdated_delivery_needs_goods_on_its_own_day(store: Store) -> None:
    rice = store.product()
    store.receive(rice, "5", "1")
    with pytest.raises(Conflict, match="missing"):
        store.deliver(rice, "1", day=DAY - timedelta(days=1))


def test_a_closed_day_takes_no_moves(store: Store) -> None:
    rice = store.product()
    with pytest.raises(AppError):
        store.receive(rice, "5", "1", day=date(1999, 1, 1))


def test_sixteen_sell_the_last_hundred_and_not_one_more(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        store = Store(session)
        rice, tea = store.product("fifo"), store.product("average")
        for product in (rice, tea):
            store.receive(product, "100", "3.3333")
        session.commit()
    sold: list[int] = []
    refused: list[str] = []

    def sell(backwards: bool) -> None:
        for _ in range(8):
            try:
                with kernel.session(tenant) as session:
                    mine = Store(session)
                    pair = [
                        MoveDraft(one, mine.stock, mine.outside("customer"), D(1))
                        for one in (rice, tea)
                    ]
                    mine.move(*(reversed(pair) if backwards else pair))
                    session.commit()
                sold.append(1)
            except Conflict as error:
                refused.append(str(error))

    threads = [threading.Thread(target=sell, args=(place % 2 == 0,)) for place in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(sold), len(refused)) == (100, 28)
    with kernel.session(tenant) as session:
        left = session.scalars(select(OnHand.quantity).where(OnHand.product_id == rice)).all()
        assert list(left) == [0]
        assert Store(session).held(rice) == Store(session).held(tea) == (0, 0)
        assert all(one.check(session).holds for one in INVARIANTS)
