"""Prices come by themselves: from an agreement, a price list, or as last time; and agreements give
no more than was agreed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from addons.contacts.services.merging import merge_contacts
from addons.purchases.models import Agreement, OrderTemplate, OrderTemplateLine, SupplierPrice
from addons.purchases.services.agreements.keeping import (
    activate_agreement,
    close_agreement,
    create_agreement,
    update_agreement,
)
from addons.purchases.services.agreements.price_lists import create_price
from addons.purchases.services.agreements.templates import order_from_template
from addons.purchases.services.orders.approving import confirm_order
from addons.purchases.services.orders.closing import cancel_order, close_short
from core.api import Conflict, InvalidInput
from tests.purchases.buying import DAY, Buyer


def _asked(product: int, quantity: str = "1", **more: Any) -> dict[str, Any]:
    return {"product_id": product, "quantity": Decimal(quantity), **more}


def _agreement(buyer: Buyer, supplier: int, product: int, **more: Any) -> Agreement:
    line = {"product_id": product, "price": Decimal(3), "quantity": more.pop("quantity", None)}
    values = {"contact_id": supplier, "start_on": DAY, "lines": [line], **more}
    return activate_agreement(buyer.session, create_agreement(buyer.session, values))


def test_the_price_of_the_quantity_the_day_and_the_unit_is_proposed(buyer: Buyer) -> None:
    supplier, rice = buyer.supplier(), buyer.product()
    base = {"contact_id": supplier, "product_id": rice, "supplier_code": "R-1", "lead_days": 4}
    create_price(buyer.session, {**base, "price": Decimal(5), "valid_until": date(2026, 3, 31)})
    create_price(buyer.session, {**base, "price": Decimal(6), "valid_from": date(2026, 4, 1)})
    create_price(
        buyer.session,
        {
            **base,
            "price": Decimal(4),
            "min_quantity": Decimal(100),
            "discount_percent": Decimal(10),
        },
    )
    order = buyer.draft(_asked(rice), _asked(rice, "100"), contact_id=supplier)
    small, large = order.lines
    assert (small.price, small.supplier_code) == (5, "R-1")
    assert small.expected_on == DAY + timedelta(days=4)
    assert (large.price, large.discount_percent, large.net) == (4, 10, 360)
    later = buyer.draft(_asked(rice), contact_id=supplier, date=date(2026, 4, 2))
    assert later.lines[0].price == 6
    typed = buyer.draft(_asked(rice, price=Decimal("4.75")), contact_id=supplier)
    assert typed.lines[0].price == Decimal("4.75")


def test_without_a_list_the_last_price_is_proposed(buyer: Buyer) -> None:
    order = buyer.order("10", "7")
    again = buyer.draft(
        _asked(order.lines[0].product_id or 0),
        contact_id=order.contact_id,  # type: ignore[arg-type]
    )
    assert again.lines[0].price == 7


def test_two_prices_for_the_same_quantity_and_days_are_refused(buyer: Buyer) -> None:
    price = {"contact_id": buyer.supplier(), "product_id": buyer.product(), "price": Decimal(5)}
    create_price(buyer.session, {**price, "valid_from": DAY})
    with pytest.raises(Conflict, match="There is a price"):
        create_price(buyer.session, price)
    create_price(buyer.session, {**price, "valid_until": DAY - timedelta(days=1)})
    for wrong in ({"price": Decimal(-1)}, {"packaging": Decimal(0)}, {"lead_days": -1}):
        with pytest.raises(InvalidInput):
            create_price(buyer.session, {**price, "min_quantity": Decimal(9), **wrong})


def test_an_agreement_on_quantities_gives_no_more_than_was_agreed(buyer: Buyer) -> None:
    supplier, rice = buyer.supplier(), buyer.product()
    agreement = _agreement(buyer, supplier, rice, quantity=Decimal(100))
    on = {"contact_id": supplier, "agreement_id": agreement.id}
    first = confirm_order(buyer.session, buyer.draft(_asked(rice, "60"), **on))
    assert (first.net, agreement.lines[0].called, agreement.called) == (180, 60, 180)
    second = buyer.draft(_asked(rice, "50"), **on)
    with pytest.raises(Conflict, match="100 were agreed"), buyer.session.begin_nested():
        confirm_order(buyer.session, second)
    buyer.receive(first, "20")
    close_short(buyer.session, first)
    assert agreement.lines[0].called == 20
    cancel_order(buyer.session, confirm_order(buyer.session, buyer.draft(_asked(rice, "50"), **on)))
    assert agreement.lines[0].called == 20


def test_an_agreement_on_a_value_ends_by_its_day_and_when_it_is_closed(buyer: Buyer) -> None:
    supplier, rice = buyer.supplier(), buyer.product()
    agreement = _agreement(
        buyer, supplier, rice, kind="value", amount=Decimal(100), end_on=date(2026, 3, 31)
    )
    on = {"contact_id": supplier, "agreement_id": agreement.id}
    with pytest.raises(Conflict, match="100 were agreed"), buyer.session.begin_nested():
        confirm_order(buyer.session, buyer.draft(_asked(rice, "40"), **on))
    with pytest.raises(Conflict, match="does not hold"), buyer.session.begin_nested():
        confirm_order(buyer.session, buyer.draft(_asked(rice), **on, date=date(2026, 4, 1)))
    with pytest.raises(InvalidInput, match="agreement with this supplier"):
        buyer.draft(_asked(rice), contact_id=buyer.supplier(), agreement_id=agreement.id)
    with pytest.raises(Conflict, match="in force"):
        update_agreement(buyer.session, agreement, {"amount": Decimal(1)})
    close_agreement(buyer.session, agreement)
    with pytest.raises(Conflict, match="not active"), buyer.session.begin_nested():
        confirm_order(buyer.session, buyer.draft(_asked(rice), **on))


def test_an_agreement_says_what_is_agreed(buyer: Buyer) -> None:
    supplier, rice = buyer.supplier(), buyer.product()
    for more, field in (({"kind": "value"}, "amount"), ({}, "lines.0.quantity")):
        with pytest.raises(InvalidInput) as caught:
            _agreement(buyer, supplier, rice, **more)
        assert caught.value.problems[0].field == field
    with pytest.raises(InvalidInput, match="before the first"):
        _agreement(buyer, supplier, rice, end_on=date(2026, 1, 1))


def test_a_template_is_an_order_at_the_prices_of_today(buyer: Buyer) -> None:
    supplier, rice = buyer.supplier(), buyer.product()
    create_price(
        buyer.session, {"contact_id": supplier, "product_id": rice, "price": Decimal("2.5")}
    )
    template = OrderTemplate(name="Every Monday", contact_id=supplier)
    template.lines = [OrderTemplateLine(product_id=rice, quantity=Decimal(20))]
    buyer.session.add(template)
    buyer.session.flush()
    assert order_from_template(buyer.session, template).net == 50
    with pytest.raises(InvalidInput):
        order_from_template(buyer.session, OrderTemplate(name="Nobody's"))


def test_prices_and_drafts_follow_a_supplier_who_is_merged(buyer: Buyer) -> None:
    kept, merged, rice = buyer.supplier(), buyer.supplier(), buyer.product()
    create_price(buyer.session, {"contact_id": merged, "product_id": rice, "price": Decimal(5)})
    draft = buyer.draft(_asked(rice), contact_id=merged)
    order = buyer.order(contact_id=merged, product_id=rice)
    buyer.receive(order)
    buyer.bill(order, supplier_reference="M-1")
    merge_contacts(buyer.session, kept, merged)
    assert buyer.session.query(SupplierPrice).filter_by(contact_id=kept).count() == 1
    buyer.session.refresh(draft)
    assert draft.contact_id == kept
    rent = {"label": "Rent", "price": Decimal(1)}
    with pytest.raises(Conflict, match="recorded already"):
        buyer.bill(contact_id=kept, supplier_reference="M-1", lines=[rent])
