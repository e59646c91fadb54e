"""What a supplier brings to the customer himself: asked for when the order is confirmed, delivered
and received by one act from either side, bought and sold without ever being stock; and the same by
the documents alone, where nobody keeps stock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.inventory.models import LentGoods, Transfer
from addons.inventory.services.ledger.places import stock_location
from addons.inventory.services.operations_invariants import INVARIANTS as MOVED
from addons.inventory.services.places import create_warehouse
from addons.inventory.services.transfers.acts import do_transfer
from addons.inventory.services.transfers.confirming import confirm
from addons.inventory.services.transfers.drafts import create_transfer
from addons.inventory.services.valuation.as_of import valuation_as_of
from addons.inventory.services.valuation.invariants import INVARIANTS as VALUED
from addons.purchases.models import Order, SupplierPrice
from addons.purchases.services.agreements.price_lists import create_price
from addons.purchases.services.invariants import INVARIANTS as BOUGHT
from addons.purchases.services.orders import approving, closing
from addons.purchases.services.orders.writing import delete_order, update_order
from addons.sales.models import Delivery, SalesOrder
from addons.sales.services.amending import amend
from addons.sales.services.confirming import cancel_order, close_rest, confirm_order
from addons.sales.services.delivering import Wanted, deliver
from addons.sales.services.direct.supplying import order_directly, standing
from addons.sales.services.invariants import INVARIANTS as SOLD
from addons.sales.services.returning import create_return, receive_return
from core.api import AppError, Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.purchases.buying import Buyer
from tests.sales.conftest import DAY, Shop, stocked, whole_company

D = Decimal


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with whole_company(kernel) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def papers(kernel: Kernel) -> Iterator[Tenant]:
    """A company that sells and buys by documents alone."""
    with fresh_tenant(kernel, "direct", addons=("sales", "purchases")) as tenant:
        yield tenant


def listed(session: Session, product: int, price: str = "60", **more: Any) -> SupplierPrice:
    """A supplier's price for goods that he brings to customers."""
    supplier = more.pop("contact_id", None) or Buyer(session).supplier()
    values = {"contact_id": supplier, "product_id": product, "price": D(price), "direct": True}
    return create_price(session, {**values, **more})


def goods(shop: Shop, **more: Any) -> int:
    """A product of 100 that its supplier delivers for 60."""
    product = shop.product("100", **more)
    listed(shop.session, product)
    return product


def sold(shop: Shop, quantity: str = "10", **more: Any) -> SalesOrder:
    """A confirmed order of such a product."""
    line = {"product_id": goods(shop, **more), "quantity": D(quantity)}
    return shop.confirmed([line])


def asked(order: SalesOrder, session: Session) -> Order:
    """The one order to a supplier that serves an order."""
    (found,) = standing(session, order)
    return session.get_one(Order, found.order_id)


def placed(order: SalesOrder, session: Session) -> Order:
    """The same, after it was placed with the supplier."""
    draft = update_order(session, asked(order, session), {"date": DAY})
    return approving.confirm_order(session, draft)


def roles(session: Session, product: int | None) -> dict[str, Decimal]:
    """What was put down of a product."""
    query = text(
        "SELECT role, sum(amount) FROM inventory.value_line WHERE product_id = :p GROUP BY role"
    )
    return {role: amount for role, amount in session.execute(query, {"p": product}) if amount}


def sound(session: Session) -> None:
    """What is always true of selling, buying and storing is true."""
    session.flush()
    for invariant in (*SOLD, *BOUGHT, *VALUED, *MOVED):
        result = invariant.check(session)
        assert result.holds, (invariant.name, result)


def test_confirming_asks_the_supplier_and_says_where_the_goods_go(shop: Shop) -> None:
    order = sold(shop)
    assert order.lines[0].supply == "direct"
    bought = asked(order, shop.session)
    (line,) = bought.lines
    assert (bought.state, line.quantity, line.price) == ("draft", 10, 60)
    assert (bought.for_number, bought.for_contact_id) == (order.number, order.contact_id)
    assert bought.ship_to.startswith(order.contact_name)
    (told,) = standing(shop.session, order)
    assert (told.binding, told.open) == (False, {order.lines[0].id: 10})


def test_what_the_buyer_receives_is_delivered_and_touches_no_stock(shop: Shop) -> None:
    order = sold(shop)
    bought = placed(order, shop.session)
    product = order.lines[0].product_id
    Buyer(shop.session).receive(bought, "4")
    assert (order.lines[0].delivered, order.delivery_progress) == (4, "partly")
    delivery = shop.session.scalars(select(Delivery).where(Delivery.order_id == order.id)).one()
    assert (delivery.lines[0].value, delivery.supplier_order_id) == (240, bought.id)
    assert (delivery.number or "").startswith("DIR/")
    assert roles(shop.session, product) == {"received": -240, "sold": 240}
    assert valuation_as_of(shop.session, DAY, [product or 0]) == ()
    sound(shop.session)


def test_what_the_seller_delivers_is_received_once(shop: Shop) -> None:
    order = sold(shop)
    bought = placed(order, shop.session)
    for _ in range(2):
        wanted = {order.lines[0].id: Wanted(D(4))}
        deliver(shop.session, order, wanted, day=DAY, key="typed once")
    assert (order.lines[0].delivered, bought.lines[0].received) == (4, 4)
    shop.delivered(order)
    assert (order.delivery_progress, bought.receipt_progress) == ("all", "full")
    with pytest.raises(Conflict, match="left to be delivered"):
        shop.delivered(order)
    sound(shop.session)


def test_nothing_is_delivered_that_no_supplier_was_asked_for(shop: Shop) -> None:
    order = sold(shop)
    with pytest.raises(Conflict, match="orders to suppliers"):
        shop.delivered(order)
    assert order.lines[0].delivered == 0


def test_a_dearer_bill_is_a_difference_and_received_comes_to_nothing(shop: Shop) -> None:
    order = sold(shop)
    bought = placed(order, shop.session)
    shop.delivered(order)
    line = {"order_line_id": bought.lines[0].id, "quantity": D(10), "price": D(63)}
    Buyer(shop.session).bill(bought, lines=[line], supplier_reference="B1")
    product = order.lines[0].product_id
    assert roles(shop.session, product) == {"received": -630, "sold": 600, "variance": 30}
    sound(shop.session)


def test_goods_from_stock_and_from_a_supplier_go_their_own_ways(shop: Shop) -> None:
    ours = shop.product("100")
    stocked(shop.session, ours, "5", "40")
    lines = [
        {"product_id": ours, "quantity": D(5)},
        {"product_id": goods(shop), "quantity": D(2)},
    ]
    order = shop.confirmed(lines)
    placed(order, shop.session)
    shop.delivered(order)
    assert [line.delivered for line in order.lines] == [5, 0]
    shop.delivered(order)
    assert order.delivery_progress == "all"
    invoice = shop.invoiced(order)
    assert {line.cost for line in invoice.lines} == {D(40), D(60)}
    sound(shop.session)


def test_lots_are_named_when_they_arrive_and_known_when_they_are_recalled(shop: Shop) -> None:
    order = sold(shop, tracking="lot")
    placed(order, shop.session)
    with pytest.raises(InvalidInput, match="lot"), shop.session.begin_nested():
        shop.delivered(order)
    shop.session.expire_all()
    deliver(shop.session, order, {order.lines[0].id: Wanted(D(10), "L7")}, day=DAY)
    query = text(
        "SELECT coalesce(transfer.for_contact_id, 0) FROM inventory.move"
        " JOIN inventory.lot ON lot.id = move.lot_id AND lot.name = 'L7'"
        " JOIN inventory.transfer_line AS line ON line.id = move.transfer_line_id"
        " JOIN inventory.transfer ON transfer.id = line.transfer_id"
    )
    assert shop.session.scalars(query).all() == [order.contact_id]
    sound(shop.session)


def test_a_draft_follows_the_order_and_a_binding_one_is_called_off_first(shop: Shop) -> None:
    order = sold(shop)
    amend(shop.session, order, {"lines": [{"id": order.lines[0].id, "quantity": D(6)}]})
    assert asked(order, shop.session).lines[0].quantity == 6
    bought = placed(order, shop.session)
    with pytest.raises(Conflict, match="was asked for"), shop.session.begin_nested():
        cancel_order(shop.session, order)
    shop.session.expire_all()
    closing.cancel_order(shop.session, bought)
    assert standing(shop.session, order) == []
    order_directly(shop.session, order)
    assert asked(order, shop.session).lines[0].quantity == 6
    cancel_order(shop.session, order)
    assert standing(shop.session, order) == []


def test_more_is_asked_for_by_another_draft_and_the_rest_is_closed_with_the_supplier(
    shop: Shop,
) -> None:
    order = sold(shop)
    bought = placed(order, shop.session)
    amend(shop.session, order, {"lines": [{"id": order.lines[0].id, "quantity": D(15)}]})
    first, second = standing(shop.session, order)
    assert (list(first.open.values()), list(second.open.values())) == ([D(10)], [D(5)])
    delete_order(shop.session, shop.session.get_one(Order, second.order_id))
    deliver(shop.session, order, {order.lines[0].id: Wanted(D(4))}, day=DAY)
    closing.close_short(shop.session, bought)
    close_rest(shop.session, order)
    assert (order.lines[0].quantity, order.delivery_progress) == (4, "all")
    sound(shop.session)


def test_goods_go_back_to_the_supplier_and_are_sent_again(shop: Shop) -> None:
    order = sold(shop)
    bought = placed(order, shop.session)
    shop.delivered(order)
    line = {"order_line_id": order.lines[0].id, "quantity": D(3)}
    values = {"order_id": order.id, "lines": [line], "to_supplier": True, "day": DAY}
    back = create_return(shop.session, values)
    receive_return(shop.session, back)
    assert (order.lines[0].returned, back.lines[0].value) == (3, 180)
    assert (bought.lines[0].returned, bought.lines[0].stock_open) == (3, 0)
    again = create_return(
        shop.session,
        {**values, "replace": True, "lines": [{**line, "quantity": D(2)}]},
    )
    receive_return(shop.session, again)
    assert (order.lines[0].delivered, bought.lines[0].stock_open) == (8, 2)
    shop.delivered(order)
    assert roles(shop.session, order.lines[0].product_id) == {"received": -420, "sold": 420}
    sound(shop.session)


def test_what_comes_into_our_stock_instead_comes_at_what_it_cost(shop: Shop) -> None:
    order = sold(shop)
    placed(order, shop.session)
    shop.delivered(order)
    line = {"order_line_id": order.lines[0].id, "quantity": D(3)}
    back = create_return(shop.session, {"order_id": order.id, "lines": [line], "day": DAY})
    receive_return(shop.session, back)
    found = roles(shop.session, order.lines[0].product_id)
    assert found == {"received": -600, "sold": 420, "stock": 180}
    sound(shop.session)


def test_nobody_asks_for_goods_that_nobody_sells(shop: Shop) -> None:
    line = {"product_id": shop.product(), "quantity": D(1), "supply": "direct"}
    order = shop.order(line)
    with pytest.raises(InvalidInput, match="Nobody is known"):
        confirm_order(shop.session, order)


def test_a_line_can_leave_the_stock_all_the_same(shop: Shop) -> None:
    product = goods(shop)
    stocked(shop.session, product, "5", "50")
    order = shop.confirmed([{"product_id": product, "quantity": D(5), "supply": "stock"}])
    assert standing(shop.session, order) == []
    assert shop.delivered(order).delivery_progress == "all"


def test_documents_alone_do_it(kernel: Kernel, papers: Tenant) -> None:
    with kernel.session(papers) as session:
        shop = Shop(session)
        order = sold(shop)
        bought = placed(order, session)
        Buyer(session).receive(bought, "4")
        shop.delivered(order)
        assert (order.delivery_progress, bought.receipt_progress) == ("all", "full")
        deliveries = session.scalars(select(Delivery).where(Delivery.order_id == order.id)).all()
        assert [one.lines[0].value for one in deliveries] == [240, 360]
        Buyer(session).send_back(bought, "1")
        assert order.lines[0].returned == 1
        for invariant in (*SOLD, *BOUGHT):
            assert invariant.check(session).holds, invariant.name
        session.rollback()


def test_of_a_buyer_and_a_seller_who_note_the_same_arrival_one_does(
    kernel: Kernel, papers: Tenant
) -> None:
    with kernel.session(papers) as session:
        order = sold(Shop(session))
        bought = placed(order, session)
        keys = (order.id, bought.id)
    start, said = threading.Barrier(2), []

    def note(work: Callable[[Session], Any]) -> None:
        with kernel.session(papers) as session:
            start.wait(timeout=20)
            try:
                work(session)
                session.commit()
                said.append("done")
            except AppError as error:
                session.rollback()
                said.append(error.code)

    def sell(session: Session) -> None:
        deliver(session, session.get_one(SalesOrder, keys[0]), day=DAY)

    def buy(session: Session) -> None:
        Buyer(session).receive(session.get_one(Order, keys[1]))

    threads = [threading.Thread(target=note, args=(work,)) for work in (sell, buy)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    # The buyer, who comes second, is asked whether more came than was ordered.
    assert sorted(said) in (["conflict", "done"], ["done", "needs-confirmation"])
    with kernel.session(papers) as session:
        assert session.get_one(SalesOrder, keys[0]).lines[0].delivered == 10
        assert session.get_one(Order, keys[1]).lines[0].received == 10


def test_our_goods_with_a_customer_are_ours_until_they_are_sold_from_there(shop: Shop) -> None:
    session = shop.session
    customer, product = shop.customer(), shop.product("100")
    stocked(session, product, "10", "40")
    house = create_warehouse(session, {"code": "THEM", "name": "With him", "contact_id": customer})
    there = stock_location(session, house.id)
    line = {"product_id": product, "quantity": D(6)}
    sent = create_transfer(session, {"to_location_id": there, "day": DAY, "lines": (line,)})
    confirm(session, sent.id)
    do_transfer(session, sent.id, day=DAY)
    arriving = select(Transfer.id).where(Transfer.to_location_id == there)
    do_transfer(session, session.scalars(arriving).one(), day=DAY)
    (worth,) = valuation_as_of(session, DAY, [product])
    assert (worth.quantity, worth.value) == (10, 400)
    (lies,) = session.scalars(select(LentGoods))
    assert (lies.whose, lies.contact_id, lies.quantity) == ("ours", customer, 6)
    used = {"product_id": product, "quantity": D(2)}
    order = shop.confirmed([used], contact_id=customer, warehouse=str(house.id))
    shop.delivered(order)
    session.expire_all()
    assert session.scalars(select(LentGoods.quantity)).one() == 4
    assert roles(session, product) == {"received": -400, "stock": 320, "sold": 80}
    sound(session)
