"""Somebody needs something; the buyer asks several suppliers, lays their answers side by side, and
orders from the best, or from more than one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from addons.inventory.api import ReplenishmentWanted
from addons.purchases.models import Order, PurchaseRequest, Quotation
from addons.purchases.reactions.inventory import ask_to_buy
from addons.purchases.services.agreements.price_lists import create_price
from addons.purchases.services.orders.approving import confirm_order
from addons.purchases.services.quotations.awarding import award, award_cheapest
from addons.purchases.services.quotations.comparing import compare
from addons.purchases.services.quotations.writing import (
    create_quotation,
    decline_offer,
    send_quotation,
    update_quotation,
    write_answer,
)
from addons.purchases.services.requests import buying, writing
from core.api import Conflict, InvalidInput
from tests.purchases.buying import Buyer


def _request(buyer: Buyer, *lines: dict[str, object]) -> PurchaseRequest:
    request = writing.create_request(buyer.session, {"lines": list(lines), "reason": "Running out"})
    writing.submit_request(buyer.session, request)
    return writing.decide_request(buyer.session, request, approve=True)


def _asked(buyer: Buyer, quantity: str = "10", suppliers: int = 2) -> Quotation:
    quotation = create_quotation(
        buyer.session,
        {
            "lines": [{"product_id": buyer.product(), "quantity": Decimal(quantity)}],
            "offers": [{"contact_id": buyer.supplier()} for _ in range(suppliers)],
        },
    )
    return send_quotation(buyer.session, quotation)


def _answer(buyer: Buyer, quotation: Quotation, place: int, price: str, **more: object) -> None:
    offer = quotation.offers[place]
    line = {"id": offer.lines[0].id, "price": Decimal(price)}
    for name in ("available", "delivery_days"):
        if name in more:
            line[name] = more.pop(name)
    write_answer(buyer.session, offer, {**more, "lines": [line]})


def test_an_approved_request_is_ordered_from_who_sells_it_in_what_is_sold(buyer: Buyer) -> None:
    supplier, rice = buyer.supplier(), buyer.product()
    price = {"contact_id": supplier, "product_id": rice, "price": Decimal(4), "lead_days": 7}
    create_price(buyer.session, {**price, "min_quantity": Decimal(20), "packaging": Decimal(12)})
    request = _request(buyer, {"product_id": rice, "quantity": Decimal(5)})
    (order,) = buying.order_request(buyer.session, request)
    line = order.lines[0]
    assert (order.contact_id, line.quantity, line.price) == (supplier, 24, 4)
    assert line.expected_on == order.date + timedelta(days=7)
    confirm_order(buyer.session, order)
    buyer.session.refresh(request)
    assert request.state == "ordered"
    with pytest.raises(Conflict):
        buying.order_request(buyer.session, request)


def test_a_request_without_a_known_seller_names_its_line(buyer: Buyer) -> None:
    request = _request(buyer, {"label": "A desk", "quantity": Decimal(1)})
    with pytest.raises(InvalidInput) as caught:
        buying.order_request(buyer.session, request)
    assert caught.value.problems[0].field == "lines.0.supplier_id"
    quotation = buying.ask_for_request(buyer.session, request)
    assert quotation.lines[0].request_line_id == request.lines[0].id


def test_a_request_is_decided_once(buyer: Buyer) -> None:
    request = _request(buyer, {"label": "A desk", "quantity": Decimal(1)})
    with pytest.raises(Conflict):
        writing.decide_request(buyer.session, request, approve=False)
    writing.cancel_request(buyer.session, request)
    with pytest.raises(Conflict):
        buying.order_request(buyer.session, request)


def test_what_the_stock_wants_becomes_one_request_a_day_and_is_written_once(buyer: Buyer) -> None:
    one, other = buyer.product(), buyer.product()
    for number, product in ((901, one), (902, other), (901, one)):
        wish = ReplenishmentWanted(number, product, 7, Decimal(30), date(2026, 4, 1), "Below 5")
        ask_to_buy(buyer.session, wish)
    request = buyer.session.query(PurchaseRequest).filter_by(source="inventory").one()
    assert [line.product_id for line in request.lines] == [one, other]
    assert (request.state, request.warehouse) == ("submitted", "7")
    assert request.needed_on == date(2026, 4, 1)


def test_answers_stand_side_by_side_in_one_currency(buyer: Buyer) -> None:
    quotation = _asked(buyer, suppliers=3)
    _answer(buyer, quotation, 0, "9", delivery_days=3)
    _answer(buyer, quotation, 1, "8", currency="EUR", rate=Decimal("1.05"), delivery_days=9)
    decline_offer(buyer.session, quotation.offers[2])
    found = compare(buyer.session, quotation)
    (row,) = found.lines
    first, second = row.answers
    assert first is not None
    assert second is not None
    assert (first.amount, second.amount) == (90, Decimal("84.00"))
    assert (first.cheapest, first.fastest) == (False, True)
    assert (second.cheapest, second.fastest) == (True, False)
    assert found.whole == (True, True)


def test_an_award_is_split_where_the_cheapest_has_not_enough(buyer: Buyer) -> None:
    quotation = _asked(buyer)
    _answer(buyer, quotation, 0, "9")
    _answer(buyer, quotation, 1, "8", available=Decimal(4))
    orders = award_cheapest(buyer.session, quotation)
    assert [(order.lines[0].quantity, order.net) for order in orders] == [(6, 54), (4, 32)]
    assert quotation.state == "awarded"
    with pytest.raises(Conflict):
        award_cheapest(buyer.session, quotation)
    assert all(isinstance(order, Order) and order.state == "draft" for order in orders)


def test_no_more_is_awarded_than_was_asked_for_and_offered(buyer: Buyer) -> None:
    quotation = _asked(buyer)
    _answer(buyer, quotation, 0, "9")
    _answer(buyer, quotation, 1, "8", available=Decimal(4))
    first, second = (offer.lines[0].id for offer in quotation.offers)
    for chosen, message in (
        ({first: Decimal(8), second: Decimal(4)}, "were asked for"),
        ({second: Decimal(5)}, "offers only 4"),
        ({first: Decimal(-1)}, "more than zero"),
        ({10**9: Decimal(1)}, "not offered"),
        ({}, "at least one"),
    ):
        with pytest.raises(InvalidInput, match=message):
            award(buyer.session, quotation, chosen)
    assert quotation.state == "sent"


def test_what_was_sent_does_not_change_but_more_can_be_invited(buyer: Buyer) -> None:
    quotation = _asked(buyer)
    with pytest.raises(Conflict, match="does not change"):
        update_quotation(buyer.session, quotation, {"title": "Other"})
    known = [{"id": offer.id} for offer in quotation.offers]
    more = {"contact_id": buyer.supplier()}
    update_quotation(buyer.session, quotation, {"offers": [*known, more]})
    assert [offer.state for offer in quotation.offers] == ["sent"] * 3
    assert len(quotation.offers[2].lines) == 1
    with pytest.raises(InvalidInput, match="Invited already"):
        create_quotation(buyer.session, {"offers": [more, more]})
