"""What cannot be is refused with a sentence that names the field and the way out, and nothing of
it is kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from addons.purchases.models import Bill, Order
from addons.purchases.permissions import RECEIVE
from addons.purchases.services.bills.writing import create_bill, update_bill
from addons.purchases.services.moved_goods import note_moved
from addons.purchases.services.orders.approving import confirm_order, reopen_order
from addons.purchases.services.orders.closing import cancel_order
from addons.purchases.services.orders.writing import delete_order, update_order
from addons.purchases.services.payments.writing import create_payment
from core.api import Actor, AppError, Conflict, InvalidInput, NeedsConfirmation
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.purchases.buying import DAY, Buyer, acting


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"quantity": Decimal(-1)}, "lines.0.quantity"),
        ({"quantity": Decimal(0)}, "lines.0.quantity"),
        ({"quantity": Decimal("1e15")}, "lines.0.quantity"),
        ({"quantity": Decimal("1.5")}, "lines.0.quantity"),
        ({"quantity": Decimal("NaN")}, "lines.0.quantity"),
        ({"price": Decimal(-5)}, "lines.0.price"),
        ({"price": Decimal("1e15")}, "lines.0.price"),
        ({"discount_percent": Decimal(101)}, "lines.0.discount_percent"),
        ({"product_id": None}, "lines.0.label"),
        ({"product_id": 10**9}, "lines"),
    ],
)
def test_a_line_that_cannot_be_is_refused_by_its_field(
    buyer: Buyer, line: dict[str, object], field: str
) -> None:
    whole = {"product_id": buyer.product(), "quantity": Decimal(1), "price": Decimal(1), **line}
    with pytest.raises(InvalidInput) as caught:
        buyer.draft(whole)
    assert caught.value.problems[0].field == field


def test_an_order_needs_a_supplier_a_line_and_a_rate(buyer: Buyer) -> None:
    with pytest.raises(InvalidInput) as caught:
        buyer.draft(contact_id=10**9)
    assert caught.value.problems[0].field == "contact_id"
    with pytest.raises(InvalidInput) as caught:
        confirm_order(buyer.session, buyer.draft())
    assert caught.value.problems[0].field == "lines"
    with pytest.raises(InvalidInput) as caught:
        buyer.order(currency="EUR")
    assert caught.value.problems[0].field == "rate"
    assert "EUR" in caught.value.message


def test_more_than_the_tolerance_is_asked_about_and_refused_to_those_who_may_not(
    buyer: Buyer,
) -> None:
    order = buyer.order("10", "5", line={"over_tolerance": Decimal(10)})
    with pytest.raises(NeedsConfirmation):
        buyer.receive(order, "12")
    clerk = Actor("user", "clerk", grants={RECEIVE.code: "all"})
    with acting(buyer.session, clerk), pytest.raises(InvalidInput, match="At most 11") as caught:
        buyer.receive(order, "12")
    assert caught.value.problems[0].field == "lines.0.quantity"
    with acting(buyer.session, clerk), pytest.raises(Conflict, match="At most 11"):
        buyer.receive_pieces(order, "12")
    assert order.lines[0].stock_received == 0


def test_more_than_is_here_cannot_go_back(buyer: Buyer) -> None:
    order = buyer.order("10", "5")
    with pytest.raises(Conflict, match="Nothing of"):
        buyer.send_back(order)
    buyer.receive(order, "6")
    buyer.send_back(order, "2")
    with pytest.raises(InvalidInput, match="4 are here"):
        buyer.send_back(order, "5")


def test_a_bill_is_recorded_once_by_the_suppliers_own_number(buyer: Buyer) -> None:
    order = buyer.order()
    buyer.receive(order, "5")
    buyer.bill(order, supplier_reference="INV-77")
    with pytest.raises(Conflict, match="recorded already"):
        buyer.bill(order, supplier_reference=" inv-77 ")
    with pytest.raises(Conflict, match="Nothing of"):
        buyer.bill(order)
    other = buyer.order()
    buyer.receive(other, "1")
    assert buyer.bill(other, supplier_reference="INV-77").number


def test_what_is_posted_does_not_change(buyer: Buyer) -> None:
    order = buyer.order()
    receipt = buyer.receive(order)
    bill = buyer.bill(order)
    payment = buyer.pay(bill)
    with pytest.raises(Conflict):
        update_bill(buyer.session, bill, {"date": DAY})
    with pytest.raises(Conflict):
        update_order(buyer.session, order, {"terms": "later"})
    with pytest.raises(Conflict):
        delete_order(buyer.session, order)
    for statement in (
        f"UPDATE purchases.bill SET total = 1 WHERE id = {bill.id}",
        f"DELETE FROM purchases.bill WHERE id = {bill.id}",
        f"UPDATE purchases.bill_line SET net = 1 WHERE bill_id = {bill.id}",
        f"INSERT INTO purchases.bill_line (bill_id, label) VALUES ({bill.id}, 'x')",
        f"UPDATE purchases.payment SET amount = 1 WHERE id = {payment.id}",
        f"DELETE FROM purchases.payment_line WHERE payment_id = {payment.id}",
        f"UPDATE purchases.receipt SET date = '2020-01-01' WHERE id = {receipt.id}",
        f"UPDATE purchases.received SET stock_quantity = 1 WHERE order_id = {order.id}",
        f'DELETE FROM purchases."order" WHERE id = {order.id}',
    ):
        with pytest.raises(DBAPIError), buyer.session.begin_nested():
            buyer.session.execute(text(statement))


def test_a_payment_goes_to_posted_bills_of_its_supplier_and_currency(buyer: Buyer) -> None:
    order = buyer.order("10", "5")
    buyer.receive(order)
    draft = create_bill(buyer.session, {"order_id": order.id, "date": DAY})
    with pytest.raises(InvalidInput, match="posted bills"):
        buyer.pay(draft, amount="5")
    bill = buyer.bill(order)
    with pytest.raises(Conflict, match="only 50"):
        buyer.pay(bill, amount="51")
    with pytest.raises(InvalidInput, match="is in USD"):
        buyer.pay(bill, amount="10", currency="EUR", rate=Decimal("1.1"))
    with pytest.raises(InvalidInput, match="of this supplier"):
        buyer.pay(bill, contact_id=buyer.supplier())
    with pytest.raises(InvalidInput, match="no smaller part"):
        create_payment(buyer.session, {"contact_id": order.contact_id, "amount": Decimal("1.001")})
    with pytest.raises(InvalidInput, match="more than zero"):
        create_payment(buyer.session, {"contact_id": order.contact_id, "amount": Decimal(-1)})
    assert bill.open == 50


def test_an_order_is_reopened_only_before_anything_came(buyer: Buyer) -> None:
    order = buyer.order()
    number = order.number
    reopen_order(buyer.session, order)
    assert (order.state, order.number) == ("draft", number)
    with pytest.raises(Conflict, match="binding once"):
        delete_order(buyer.session, order)
    confirm_order(buyer.session, order)
    assert order.number == number
    buyer.receive(order, "1")
    with pytest.raises(Conflict, match="already received"):
        reopen_order(buyer.session, order)


def test_what_was_told_twice_is_written_once(buyer: Buyer) -> None:
    order = buyer.order()
    came = {order.lines[0].id: Decimal(4)}
    for _ in range(2):
        note_moved(buyer.session, ("purchases.order", order.id), 77, "T77", DAY, came)
    note_moved(buyer.session, ("sales.order", order.id), 78, "T78", DAY, came)
    assert order.lines[0].stock_received == 4
    buyer.sound()


def test_two_people_who_do_the_same_at_once_do_it_once(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        keeper = Buyer(session)
        keys = [keeper.draft(_rice(keeper)).id, keeper.order().id, keeper.order().id]
        billed = keeper.order()
        keeper.receive(billed)
        keys.append(billed.id)

    def confirm(buyer: Buyer) -> None:
        confirm_order(buyer.session, buyer.session.get_one(Order, keys[0]))

    def cancel(buyer: Buyer) -> None:
        cancel_order(buyer.session, buyer.session.get_one(Order, keys[1]))

    def receive(buyer: Buyer) -> None:
        buyer.receive(buyer.session.get_one(Order, keys[2]), "10")

    def bill(buyer: Buyer) -> None:
        buyer.bill(buyer.session.get_one(Order, keys[3]), supplier_reference="TWICE-1")

    for deed in (confirm, cancel, receive, bill):
        assert sorted(_both(kernel, tenant, deed)) == ["done", "refused"]
    with kernel.session(tenant) as session:
        Buyer(session).sound()
        assert session.get_one(Order, keys[2]).lines[0].stock_received == 10
        assert session.query(Bill).filter_by(supplier_reference="TWICE-1").count() == 1


def _rice(buyer: Buyer) -> dict[str, object]:
    return {"product_id": buyer.product(), "quantity": Decimal(10), "price": Decimal(5)}


def _both(kernel: Kernel, tenant: Tenant, deed: object) -> list[str]:
    """The same deed by two people at once; what each was answered."""
    start = threading.Barrier(2)

    def run(_: int) -> str:
        start.wait(timeout=20)
        try:
            with kernel.session(tenant) as session:
                deed(Buyer(session))  # type: ignore[operator]
        except AppError:
            return "refused"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))
