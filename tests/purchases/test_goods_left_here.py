"""Goods that a supplier leaves in the warehouse: his until they are used, then on a statement that
buys them, and cleared by his bill whatever it says."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from addons.inventory.models import Location, Transfer
from addons.inventory.services.ledger.places import outside, stock_location
from addons.inventory.services.places import create_location
from addons.inventory.services.transfers.acts import do_transfer
from addons.inventory.services.transfers.confirming import confirm
from addons.inventory.services.transfers.drafts import create_transfer, update_transfer
from addons.inventory.services.transfers.returning import make_return
from addons.inventory.services.valuation.invariants import INVARIANTS as VALUED
from addons.purchases.models import Consumption, Order
from addons.purchases.services.consumption import write_statements
from addons.purchases.services.orders.approving import confirm_order
from addons.purchases.services.orders.writing import delete_order, update_order
from core.api import Conflict, InvalidInput
from tests.purchases.buying import DAY, Buyer

D = Decimal


def shelf(trader: Buyer, supplier: int) -> Location:
    """A place for the goods of a supplier, in the warehouse."""
    values = {"name": f"Of {supplier}", "kind": "consigned", "contact_id": supplier}
    parent = stock_location(trader.session)
    return create_location(trader.session, {**values, "parent_id": parent})


def left(trader: Buyer, place: Location, product: int, quantity: str, price: str) -> int:
    """The supplier leaves goods; returns the transfer."""
    line = {"product_id": product, "quantity": D(quantity), "unit_price": D(price)}
    return _moved(trader, "receipt", to_location_id=place.id, lines=(line,))


def used(trader: Buyer, product: int, quantity: str) -> int:
    """Goods leave for a customer; returns the transfer."""
    line = {"product_id": product, "quantity": D(quantity)}
    return _moved(trader, "delivery", lines=(line,))


def _moved(trader: Buyer, kind: str, **values: object) -> int:
    transfer = create_transfer(trader.session, {"kind": kind, "day": DAY, **values})
    confirm(trader.session, transfer.id)
    do_transfer(trader.session, transfer.id, day=DAY)
    return transfer.id


def roles(trader: Buyer, product: int) -> dict[str, Decimal]:
    """What was put down of a product."""
    query = text(
        "SELECT role, sum(amount) FROM inventory.value_line WHERE product_id = :p GROUP BY role"
    )
    rows = trader.session.execute(query, {"p": product})
    return {role: amount for role, amount in rows if amount}


def on_account(trader: Buyer, code: str) -> Decimal:
    """What stands on an account of the books."""
    query = text(
        "SELECT coalesce(sum(line.amount), 0) FROM accounting.journal_line AS line"
        " JOIN accounting.account AS account ON account.id = line.account_id"
        " WHERE account.code = :code"
    )
    return trader.session.execute(query, {"code": code}).scalar_one()


def sound(trader: Buyer) -> None:
    """What is always true of buying and of the stock is true."""
    trader.sound()
    for invariant in VALUED:
        result = invariant.check(trader.session)
        assert result.holds, (invariant.name, result)


@pytest.fixture
def lying(trader: Buyer) -> tuple[int, int, Location]:
    """A supplier, a product, and the place where ten of his lie at 5 each."""
    supplier, product = trader.supplier(), trader.product()
    place = shelf(trader, supplier)
    left(trader, place, product, "10", "5")
    return supplier, product, place


def statement(trader: Buyer, supplier: int) -> Order:
    """The one statement of what was used."""
    (order,) = write_statements(trader.session, supplier, DAY)
    return order


def test_our_own_goods_go_first_and_his_are_bought_when_they_are_used(
    trader: Buyer, lying: tuple[int, int, Location]
) -> None:
    _, product, place = lying
    trader.receive(trader.order("3", "4", line={"product_id": product}))
    used(trader, product, "5")
    assert roles(trader, product) == {"received": -22, "sold": 22}
    (use,) = trader.session.scalars(select(Consumption))
    assert (use.quantity, use.price, use.value, use.contact_id) == (2, 5, 10, place.contact_id)
    sound(trader)


def test_a_statement_buys_what_was_used_and_the_bill_clears_it(
    trader: Buyer, lying: tuple[int, int, Location]
) -> None:
    supplier, product, place = lying
    used(trader, product, "4")
    left(trader, place, product, "10", "6")
    used(trader, product, "3")
    draft = statement(trader, supplier)
    assert [(line.quantity, line.price) for line in draft.lines] == [(4, 5), (3, 6)]
    order = confirm_order(trader.session, draft)
    assert (order.receipt_progress, order.open_for_receipt) == ("full", False)
    bill = trader.bill(order)
    assert bill.total == 38
    assert roles(trader, product) == {"received": -38, "sold": 38}
    assert on_account(trader, "Liabilities:Goods received") == 0
    with pytest.raises(Conflict, match="Nothing of this supplier"):
        write_statements(trader.session, supplier, DAY)
    sound(trader)


def test_a_dearer_bill_is_a_difference(trader: Buyer, lying: tuple[int, int, Location]) -> None:
    supplier, product, _ = lying
    used(trader, product, "4")
    order = confirm_order(trader.session, statement(trader, supplier))
    line = {"order_line_id": order.lines[0].id, "quantity": D(4), "price": D("5.5")}
    trader.bill(order, lines=[line])
    assert roles(trader, product) == {"received": -22, "sold": 20, "variance": 2}
    sound(trader)


def test_what_comes_back_to_his_place_is_taken_off(
    trader: Buyer, lying: tuple[int, int, Location]
) -> None:
    supplier, product, place = lying
    transfer = used(trader, product, "4")
    back = trader.session.get_one(Transfer, make_return(trader.session, transfer))
    update_transfer(trader.session, back, {"to_location_id": place.id})
    confirm(trader.session, back.id)
    do_transfer(trader.session, back.id, day=DAY)
    quantities = trader.session.scalars(select(Consumption.quantity).order_by(Consumption.id))
    assert quantities.all() == [4, -4]
    with pytest.raises(Conflict, match="Nothing"):
        write_statements(trader.session, supplier, DAY)
    used(trader, product, "6")
    assert statement(trader, supplier).lines[0].quantity == 6
    sound(trader)


def test_a_statement_says_what_was_used_and_a_thrown_away_one_lets_it_go(
    trader: Buyer, lying: tuple[int, int, Location]
) -> None:
    supplier, product, _ = lying
    used(trader, product, "4")
    draft = statement(trader, supplier)
    with pytest.raises(Conflict):
        write_statements(trader.session, supplier, DAY)
    update_order(trader.session, draft, {"lines": [{"id": draft.lines[0].id, "quantity": D(3)}]})
    with pytest.raises(InvalidInput, match="4 of"), trader.session.begin_nested():
        confirm_order(trader.session, draft)
    delete_order(trader.session, draft)
    trader.session.expire_all()
    assert statement(trader, supplier).lines[0].quantity == 4
    with pytest.raises(Conflict):
        write_statements(trader.session, supplier, DAY - timedelta(days=1))


def test_what_was_used_stays_a_fact(trader: Buyer, lying: tuple[int, int, Location]) -> None:
    _, product, _ = lying
    used(trader, product, "4")
    with pytest.raises(DBAPIError, match="fact"):
        trader.session.execute(text("UPDATE purchases.consumption SET quantity = 1"))


def test_he_takes_back_what_was_not_used(trader: Buyer, lying: tuple[int, int, Location]) -> None:
    _, product, place = lying
    line = {"product_id": product, "quantity": D(10)}
    _moved(
        trader,
        "supplier_return",
        from_location_id=place.id,
        to_location_id=outside(trader.session, "supplier"),
        lines=(line,),
    )
    assert roles(trader, product) == {}
    with pytest.raises(Conflict):
        used(trader, product, "1")


def test_nothing_of_ours_becomes_his(trader: Buyer, lying: tuple[int, int, Location]) -> None:
    _, product, place = lying
    line = {"product_id": product, "quantity": D(1)}
    values = {"kind": "internal", "to_location_id": place.id, "lines": (line,)}
    with pytest.raises(InvalidInput, match="do not fit"):
        create_transfer(trader.session, values)
