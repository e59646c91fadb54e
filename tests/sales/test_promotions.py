"""Promotions on documents: decided while they are drafts, frozen when they are sent, invoiced and
credited in parts, used up and given back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.catalog.services.categories import create_category
from addons.sales.models import Promotion, PromotionGrant, PromotionUse, SalesOrder
from addons.sales.services.amending import change_order
from addons.sales.services.confirming import cancel_order, close_rest, confirm_order
from addons.sales.services.crediting import credit_invoice
from addons.sales.services.invariants import INVARIANTS
from addons.sales.services.invoices import create_invoice, update_invoice
from addons.sales.services.invoicing import invoice_orders
from addons.sales.services.orders import update_order
from addons.sales.services.posting import post_invoice
from addons.sales.services.promotions.keeping import create_promotion
from addons.sales.services.promotions.loading import WEEKDAYS
from addons.sales.services.promotions.telling import tell
from addons.sales.services.quoting import mark_sent
from addons.sales.services.reports import by_promotion
from core.api import Period
from core.errors import Conflict, InvalidInput
from tests.sales.conftest import DAY, Shop

D = Decimal


@pytest.fixture(autouse=True)
def sums_hold(session: Session) -> Iterator[None]:
    """After each story everything that is always true of sales still is."""
    yield
    assert [one.name for one in INVARIANTS if not one.check(session).holds] == []


def promotion(session: Session, kind: str = "percent", **more: Any) -> Promotion:
    """A promotion of one tier, a tenth off everything unless something else is said."""
    tier = more.pop("tier", {"percent": D(10)})
    values = {"name": f"{kind} {more}", "kind": kind, "tiers": [tier], **more}
    return create_promotion(session, values)


def line_of(shop: Shop, quantity: str = "2", price: str = "50", **more: Any) -> dict[str, Any]:
    return {"product_id": shop.product(price), "quantity": D(quantity), **more}


def test_a_draft_has_its_promotions_and_follows_its_lines(shop: Shop) -> None:
    session = shop.session
    promotion(session, tier={"min_amount": D(100), "percent": D(10)})
    order = shop.order(line_of(shop))
    assert (order.lines[0].promotion_discount, order.total) == (10, 90)
    line = order.lines[0]
    update_order(session, order, {"lines": [{"id": line.id, "quantity": D(4)}]})
    assert (line.promotion_discount, order.total) == (20, 180)
    update_order(session, order, {"note": "Asked for by telephone"})
    assert (line.promotion_discount, order.total) == (20, 180)
    update_order(session, order, {"lines": [{"id": line.id, "quantity": D(1)}]})
    assert (line.promotion_discount, order.total) == (0, 50)
    update_order(session, order, {"with_promotions": False, "lines": [line_of(shop)]})
    assert order.total == 100


def test_a_manual_discount_comes_first_and_keeps_its_limit(shop: Shop) -> None:
    promotion(shop.session)
    order = shop.order(line_of(shop, discount_percent=D(50)), discount=D(5))
    line = order.lines[0]
    assert (line.promotion_discount, order.discount, order.total) == (5, 5, 40)
    strict = promotion(shop.session, skips_discounted=True, priority=1, stacking="alone")
    plain = shop.order(line_of(shop), line_of(shop, discount=D(10)))
    grants = shop.session.scalars(
        select(PromotionGrant).where(PromotionGrant.order_id == plain.id)
    ).all()
    assert [(one.promotion_id, one.amount) for one in grants] == [(strict.id, 10)]


def test_what_was_sent_stays_and_a_new_version_is_decided_anew(shop: Shop) -> None:
    session = shop.session
    tenth = promotion(session)
    order = mark_sent(session, shop.order(line_of(shop)))
    tenth.active = False
    session.flush()
    confirmed = confirm_order(session, order)
    assert confirmed.total == 90
    other = shop.order(line_of(shop))
    assert other.total == 100
    sent = mark_sent(session, other)
    tenth.active = True
    session.flush()
    change_order(session, sent, {"note": "Once more"})
    assert (sent.state, sent.total) == ("draft", 90)


def test_a_draft_is_not_confirmed_with_a_promotion_out_of_use(shop: Shop) -> None:
    tenth = promotion(shop.session)
    order = shop.order(line_of(shop))
    tenth.active = False
    shop.session.flush()
    with pytest.raises(Conflict, match="no longer holds"):
        confirm_order(shop.session, order)


def test_an_order_of_promotions_is_invoiced_and_credited_in_parts(shop: Shop) -> None:
    session = shop.session
    promotion(session, "amount", tier={"amount": D("10.00")})
    order = confirm_order(session, shop.order(line_of(shop, "3", "9.99"), line_of(shop, "3", "5")))
    shop.delivered(order)
    assert order.total == D("34.97")
    quantities = {line.id: D(1) for line in order.lines}
    invoices = [shop.invoiced(order, quantities=quantities) for _ in range(3)]
    assert sum(one.total for one in invoices) == order.total
    kept = [sum(one.lines[place].promotion_discount for one in invoices) for place in (0, 1)]
    assert kept == [line.promotion_discount for line in order.lines]
    whole = invoices[0]
    notes = [
        post_invoice(session, credit_invoice(session, whole, "allowance", percent=D(50)))
        for _ in range(2)
    ]
    assert sum(one.total for one in notes) == whole.total


def test_the_report_says_what_a_promotion_gave_and_sold(shop: Shop) -> None:
    session = shop.session
    tenth = promotion(session)
    confirm_order(session, shop.order(line_of(shop), line_of(shop)))
    shop.order(line_of(shop))
    currency = company_currency(session)
    assert by_promotion(session, Period()).rows == ((tenth.name, currency, 1, 20, 180),)


def test_a_binding_order_keeps_what_was_granted_as_its_quantities_do(shop: Shop) -> None:
    session = shop.session
    promotion(session)
    order = confirm_order(session, shop.order(line_of(shop, "4")))
    line = order.lines[0]
    change_order(session, order, {"lines": [{"id": line.id, "quantity": D(3)}]})
    assert (line.promotion_discount, order.total) == (15, 135)
    assert [judged.amount for judged in tell(session, order).applied] == [15]
    change_order(session, order, {"lines": [{"id": line.id, "quantity": D(6)}]})
    assert (line.promotion_discount, order.total) == (15, 285)
    shop.delivered(order, "2")
    close_rest(session, order)
    assert (line.promotion_discount, order.total) == (5, 95)


def test_a_promotion_that_is_used_up_is_for_nobody_else(shop: Shop) -> None:
    session = shop.session
    once = promotion(session, max_uses=1)
    first, second = shop.order(line_of(shop)), shop.order(line_of(shop))
    confirm_order(session, first)
    with pytest.raises(Conflict, match="used up meanwhile"), session.begin_nested():
        confirm_order(session, second)
    update_order(session, second, {"note": "Without it"})
    assert confirm_order(session, second).total == 100
    cancel_order(session, first)
    assert shop.order(line_of(shop)).total == 90
    assert by_promotion(session, Period()).rows == ()
    uses = session.scalars(select(PromotionUse).where(PromotionUse.promotion_id == once.id))
    assert [one.given_back for one in uses] == [True]


def test_of_a_promotion_for_each_customer_once_everybody_has_one(shop: Shop) -> None:
    session = shop.session
    promotion(session, max_uses_per_customer=1)
    mine, yours = shop.customer(), shop.customer()
    confirm_order(session, shop.order(line_of(shop), contact_id=mine))
    assert shop.order(line_of(shop), contact_id=mine).total == 100
    assert shop.order(line_of(shop), contact_id=yours).total == 90


def test_what_is_for_a_company_is_for_its_people_and_by_category_for_what_is_below(
    shop: Shop,
) -> None:
    session = shop.session
    food = create_category(session, {"name": "Food"}).id
    tea = create_category(session, {"name": "Tea", "parent_id": food}).id
    company = shop.customer(kind="company")
    buyer = shop.customer(kind="person", parent_id=company)
    promotion(session, targets=[{"category_id": food}], parties=[{"contact_id": company}])
    lines = [line_of(shop), {"product_id": shop.product("50", category_id=tea), "quantity": D(2)}]
    assert shop.order(*lines, contact_id=buyer).total == 190
    assert shop.order(*lines).total == 200


def test_an_invoice_by_hand_has_promotions_too(shop: Shop) -> None:
    session = shop.session
    once = promotion(session, max_uses=1)
    values = {"contact_id": shop.customer(), "day": DAY, "lines": [line_of(shop)]}
    invoice = create_invoice(session, values)
    assert (invoice.lines[0].promotion_discount, invoice.total) == (10, 90)
    update_invoice(session, invoice, {"reference": "PO 4711"})
    assert invoice.total == 90
    assert post_invoice(session, invoice).total == 90
    of_order = invoice_orders(session, [shop.delivered(shop.sold()).id])
    with pytest.raises(InvalidInput, match="belongs to an order"), session.begin_nested():
        update_invoice(session, of_order, {"coupon_codes": "SPRING"})
    brought = create_invoice(session, {**values, "given_number": "OLD-1"})
    assert brought.total == 100
    use = session.scalars(select(PromotionUse).where(PromotionUse.promotion_id == once.id)).one()
    assert (use.invoice_id, use.amount) == (invoice.id, 10)


def test_a_gift_is_offered_until_it_is_on_the_order(shop: Shop) -> None:
    session = shop.session
    cup = shop.product("8", name="Cup")
    tier = {"min_amount": D(100), "get_quantity": D(1), "product_id": cup}
    promotion(session, "gift", tier=tier)
    order = shop.order(line_of(shop))
    assert order.total == 100
    lines = [{"id": order.lines[0].id}, {"product_id": cup, "quantity": D(2)}]
    update_order(session, order, {"lines": lines})
    assert (order.lines[1].promotion_discount, order.total) == (8, 108)


def test_the_database_keeps_what_was_granted(shop: Shop) -> None:
    session = shop.session
    promotion(session)
    order = confirm_order(session, shop.order(line_of(shop)))
    assert isinstance(order, SalesOrder)
    for statement in (
        "UPDATE sales.promotion_grant SET amount = amount + 1 WHERE order_id = :id",
        "DELETE FROM sales.promotion_grant WHERE order_id = :id",
        "UPDATE sales.promotion_use SET amount = 1 WHERE order_id = :id",
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(statement), {"id": order.id})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"tiers": []}, "tiers"),
        ({"tiers": [{}]}, "tiers.0.percent"),
        ({"tiers": [{"percent": D(101)}]}, "tiers.0.percent"),
        ({"kind": "amount"}, "tiers.0.amount"),
        ({"kind": "buy_get"}, "tiers.0.min_quantity"),
        ({"kind": "gift"}, "tiers.0.product_id"),
        ({"kind": "bundle", "tiers": [{"amount": D(5)}]}, "targets"),
        ({"targets": [{"use": "counts"}]}, "targets.0.product_id"),
        ({"parties": [{}]}, "parties.0.contact_id"),
        ({"currency": "euros"}, "currency"),
        ({"starts_on": DAY, "ends_on": date(2026, 3, 13)}, "ends_on"),
        ({"max_uses": 0}, "max_uses"),
        (dict.fromkeys(WEEKDAYS, False), "monday"),
    ],
)
def test_a_promotion_that_gives_nothing_names_its_field(
    session: Session, values: dict[str, Any], field: str
) -> None:
    plain = {"name": "Spring", "kind": "percent", "tiers": [{"percent": D(10)}]}
    with pytest.raises(InvalidInput) as caught:
        create_promotion(session, {**plain, **values})
    assert caught.value.problems[0].field == field


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lines=st.lists(
        st.tuples(st.integers(1, 6), st.decimals("0.01", "99.99", places=2)),
        min_size=1,
        max_size=3,
    ),
    percent=st.decimals("0.1", "100", places=1),
    off=st.decimals("0.01", "50", places=2),
    part=st.integers(1, 3),
)
def test_whatever_is_promoted_the_invoices_of_its_parts_come_to_the_order(
    session: Session, lines, percent, off, part
) -> None:
    shop, story = Shop(session), session.begin_nested()
    promotion(session, tier={"percent": percent})
    promotion(session, "amount", tier={"amount": off}, priority=20)
    sent = [line_of(shop, str(quantity), str(price)) for quantity, price in lines]
    order = confirm_order(session, shop.order(*sent))
    given_off = sum(line.promotion_discount for line in order.lines)
    assert order.total == sum(quantity * price for quantity, price in lines) - given_off >= 0
    shop.delivered(order)
    asked = D(0)
    while left := {
        line.id: min(line.quantity - line.invoiced, D(part))
        for line in order.lines
        if line.quantity > line.invoiced
    }:
        asked += shop.invoiced(order, quantities=left).total
    assert asked == order.total
    assert [one.name for one in INVARIANTS if not one.check(session).holds] == []
    story.rollback()
