"""A bill should be paid when order, receipt and bill agree; where they do not, it says why, and
waits for the goods, a debit note, or somebody who releases it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from addons.purchases.options import PurchasesOptions
from addons.purchases.services.bills.matching import differences
from addons.purchases.services.bills.releasing import release_bill
from core.api import Conflict, set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.purchases.buying import Buyer


def _line(order: object, quantity: str, price: str) -> dict[str, object]:
    key = order.lines[0].id  # type: ignore[attr-defined]
    return {"order_line_id": key, "quantity": Decimal(quantity), "price": Decimal(price)}


def test_a_dearer_bill_waits_until_somebody_releases_it(buyer: Buyer) -> None:
    order = buyer.order("10", "5")
    buyer.receive(order)
    bill = buyer.bill(order, lines=[_line(order, "10", "5.50")])
    assert (bill.match, bill.reasons) == ("no", "price")
    (found,) = differences(buyer.session, bill)
    assert (found.billed, found.expected) == (Decimal("5.5"), Decimal(5))
    with pytest.raises(Conflict, match="should not be paid"):
        buyer.pay(bill)
    release_bill(buyer.session, bill)
    assert (bill.match, bill.released_by, bill.reasons) == ("released", "system", "price")
    with pytest.raises(Conflict):
        release_bill(buyer.session, bill)
    assert buyer.pay(bill).amount == 55


def test_a_cheaper_bill_is_paid(buyer: Buyer) -> None:
    order = buyer.order("10", "5")
    buyer.receive(order)
    assert buyer.bill(order, lines=[_line(order, "10", "4.90")]).match == "yes"


def test_a_bill_ahead_of_the_goods_should_be_paid_once_they_came(buyer: Buyer) -> None:
    order = buyer.order("10", "5")
    buyer.receive(order, "4")
    bill = buyer.bill(order, lines=[_line(order, "10", "5")])
    assert (bill.match, bill.reasons) == ("no", "received")
    buyer.receive(order)
    assert (bill.match, bill.reasons) == ("yes", "")


def test_of_two_bills_for_the_same_goods_the_second_should_not_be_paid(buyer: Buyer) -> None:
    order = buyer.order("20", "5")
    buyer.receive(order, "10")
    first = buyer.bill(order, lines=[_line(order, "10", "5")])
    second = buyer.bill(order, lines=[_line(order, "10", "5")])
    assert (first.match, second.match) == ("yes", "no")
    note = buyer.bill(kind="debit_note", corrects_id=second.id, lines=[_line(order, "10", "5")])
    assert (note.open, second.open, second.paid_state) == (0, 0, "paid")


def test_goods_that_nobody_ordered_are_said(buyer: Buyer) -> None:
    goods = {"product_id": buyer.product(), "quantity": Decimal(1), "price": Decimal(9)}
    bill = buyer.bill(contact_id=buyer.supplier(), lines=[goods])
    assert (bill.match, bill.reasons) == ("no", "order")
    rent = {"label": "Rent", "price": Decimal(900)}
    assert buyer.bill(contact_id=buyer.supplier(), lines=[rent]).match == "yes"


def test_a_price_alone_is_corrected_without_touching_quantities(buyer: Buyer) -> None:
    order = buyer.order("10", "5")
    buyer.receive(order)
    bill = buyer.bill(order, lines=[_line(order, "10", "6")])
    line = {**_line(order, "10", "1"), "price_only": True}
    note = buyer.bill(kind="debit_note", corrects_id=bill.id, lines=[line])
    assert (note.total, order.lines[0].stock_billed, bill.open) == (10, 10, 50)
    assert Decimal(buyer.events("BillPosted")[-1]["lines"][0]["quantity"]) == 0


@pytest.mark.parametrize(
    ("match", "price", "quantity", "billed", "asked", "paid"),
    [
        ("receipt", 0, 0, "10", "5.00", "yes"),
        ("receipt", 10, 0, "10", "5.50", "yes"),
        ("receipt", 10, 0, "10", "5.51", "no"),
        ("receipt", 0, 20, "12", "5.00", "yes"),
        ("receipt", 0, 20, "13", "5.00", "no"),
        ("order", 0, 0, "20", "5.00", "yes"),
    ],
)
def test_the_company_says_how_much_a_bill_may_differ(
    buyer: Buyer, match: str, price: int, quantity: int, billed: str, asked: str, paid: str
) -> None:
    tolerances = {"price_tolerance": Decimal(price), "quantity_tolerance": Decimal(quantity)}
    set_options(buyer.session, PurchasesOptions, match=match, **tolerances)
    order = buyer.order("20", "5")
    buyer.receive(order, "10")
    assert buyer.bill(order, lines=[_line(order, billed, asked)]).match == paid


@settings(max_examples=12, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from("rsbn"), st.integers(1, 6)), max_size=8))
def test_whatever_comes_goes_and_is_billed_the_order_says_where_it_stands(
    kernel: Kernel, tenant: Tenant, steps: list[tuple[str, int]]
) -> None:
    with kernel.session(tenant) as session:
        _walk(session, steps)
        session.rollback()


def _walk(session: Session, steps: list[tuple[str, int]]) -> None:
    """Receive, send back, bill and take back, as far as each is possible."""
    buyer = Buyer(session)
    order = buyer.order("10", "3", line={"over_tolerance": Decimal(50)})
    kept = billed = 0
    for step, size in steps:
        if step == "r" and kept + size <= 15:
            buyer.receive_pieces(order, str(size))
            kept += size
        elif step == "s" and size <= kept:
            buyer.send_back(order, str(size), replace=True)
            kept -= size
        elif step == "b" and billed + size <= max(kept, 10):
            buyer.bill(order, lines=[_line(order, str(size), "3")])
            billed += size
        elif step == "n" and size <= billed:
            buyer.bill(
                kind="debit_note",
                contact_id=order.contact_id,
                lines=[_line(order, str(size), "3")],
            )
            billed -= size
    line = order.lines[0]
    assert (line.stock_kept, line.stock_billed) == (kept, billed)
    assert (order.receipt_progress == "over") == (kept > 10)
    assert order.open_for_receipt == (kept < 10)
    assert (order.state == "done") == (kept >= 10 and billed == kept)
    buyer.sound()
