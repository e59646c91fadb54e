"""Coupons: made in batches, typed on an order, used once when it becomes binding, given back when
it is cancelled; and what is wrong with one is said."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from addons.contacts.services.merging import merge_contacts
from addons.sales.models import Coupon, CouponBatch, PromotionUse, SalesOrder
from addons.sales.services.confirming import cancel_order, confirm_order
from addons.sales.services.coupons.batches import create_batch, delete_batch, update_batch
from addons.sales.services.coupons.codes import (
    ALPHABET,
    is_well_formed,
    new_code,
    shown_code,
    typed_codes,
)
from addons.sales.services.coupons.using import drop_coupon, use_coupon
from addons.sales.services.invariants import INVARIANTS
from addons.sales.services.promotions.keeping import create_promotion, delete_promotion
from addons.sales.services.quoting import mark_sent
from core.errors import AppError, Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import DAY, Shop

D = Decimal


def batch(session: Session, **more: Any) -> CouponBatch:
    """Coupons for a tenth off everything: three that work once, unless something else is said."""
    promotion = create_promotion(
        session,
        {
            "name": f"A tenth {more}",
            "kind": "percent",
            "needs_coupon": True,
            "tiers": [{"percent": D(10)}],
        },
    )
    values = {"name": f"Batch {more}", "promotion_id": promotion.id, "size": 3, **more}
    return create_batch(session, values)


def codes_of(session: Session, made: CouponBatch) -> list[str]:
    found = session.scalars(select(Coupon.code).where(Coupon.batch_id == made.id))
    return list(found)


def quotation(shop: Shop, **more: Any) -> SalesOrder:
    return shop.order({"product_id": shop.product("50"), "quantity": D(2)}, **more)


@given(st.integers(0, 10), st.integers(1, 30))
@settings(max_examples=25, deadline=None)
def test_every_wrong_character_and_every_swap_shows(place: int, by: int) -> None:
    code = new_code()
    wrong = ALPHABET[(ALPHABET.index(code[place]) + by) % len(ALPHABET)]
    assert is_well_formed(code)
    assert not is_well_formed(code[:place] + wrong + code[place + 1 :])
    other = (place + by) % len(code)
    swapped = list(code)
    swapped[place], swapped[other] = swapped[other], swapped[place]
    assert is_well_formed("".join(swapped)) == (code[place] == code[other])


def test_codes_are_read_however_they_are_typed() -> None:
    assert typed_codes("ab-cd2, ef٣ \n ABCD2") == ["ABCD2", "EF3"]
    assert shown_code("ABCDEFGHJ") == "ABCD-EFGH-J"


def test_a_coupon_opens_its_promotion(shop: Shop) -> None:
    session = shop.session
    code = codes_of(session, batch(session, prefix="eid"))[0]
    assert code.startswith("EID")
    order = quotation(shop)
    assert order.total == 100
    use_coupon(session, order, f" {shown_code(code).lower()} ")
    assert (order.coupon_codes, order.total) == (code, 90)
    drop_coupon(session, order, code)
    assert (order.coupon_codes, order.total) == ("", 100)
    sent = mark_sent(session, order)
    use_coupon(session, sent, code)
    assert (sent.state, sent.quote_version, sent.total) == ("sent", 2, 90)


def test_a_coupon_is_used_once_and_given_back(shop: Shop) -> None:
    session = shop.session
    code = codes_of(session, batch(session))[0]
    first, second = quotation(shop, coupon_codes=code), quotation(shop, coupon_codes=code)
    confirm_order(session, first)
    with pytest.raises(Conflict, match=f"Coupon {code} was used"), session.begin_nested():
        confirm_order(session, second)
    with pytest.raises(InvalidInput, match="was used already"), session.begin_nested():
        quotation(shop, coupon_codes=code)
    with pytest.raises(Conflict, match="coupons of"), session.begin_nested():
        use_coupon(session, first, codes_of(session, batch(session, name="Others"))[0])
    cancel_order(session, first)
    assert confirm_order(session, second).total == 90
    assert [one.name for one in INVARIANTS if not one.check(session).holds] == []


def test_what_is_wrong_with_a_coupon_is_said(shop: Shop) -> None:
    session = shop.session
    mine, yours = shop.customer(), shop.customer()
    ours = batch(session, contact_id=mine)
    code = codes_of(session, ours)[0]
    wrong = code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 1) % len(ALPHABET)]
    ended = codes_of(session, batch(session, ends_on=DAY - timedelta(days=1)))[0]
    early = codes_of(session, batch(session, starts_on=DAY + timedelta(days=1)))[0]
    blocked = session.scalars(select(Coupon).where(Coupon.code == codes_of(session, ours)[1])).one()
    blocked.blocked = True
    session.flush()
    for typed, said in (
        (wrong, "mistyped"),
        ("SPRING", "no coupon SPRING"),
        (ended, "ended on"),
        (early, "begins on"),
        (blocked.code, "no longer holds"),
        (f"{code} {codes_of(session, ours)[2]}", "one coupon counts"),
    ):
        with pytest.raises(InvalidInput, match=said), session.begin_nested():
            quotation(shop, contact_id=mine, coupon_codes=typed)
    with pytest.raises(InvalidInput, match="somebody else"), session.begin_nested():
        quotation(shop, contact_id=yours, coupon_codes=code)
    assert quotation(shop, contact_id=mine, coupon_codes=code).total == 90


def test_one_code_for_many_has_limits_in_all_and_of_each(shop: Shop) -> None:
    session = shop.session
    batch(session, kind="shared", code="Eid-26", max_uses=2, max_uses_per_customer=1)
    mine, yours = shop.customer(), shop.customer()
    confirm_order(session, quotation(shop, contact_id=mine, coupon_codes="eid26"))
    with pytest.raises(InvalidInput, match="as often as it goes"), session.begin_nested():
        quotation(shop, contact_id=mine, coupon_codes="EID26")
    confirm_order(session, quotation(shop, contact_id=yours, coupon_codes="EID26"))
    with pytest.raises(InvalidInput, match="was used already"), session.begin_nested():
        quotation(shop, coupon_codes="EID26")


def test_coupons_that_are_out_are_not_changed(shop: Shop) -> None:
    session = shop.session
    made = batch(session)
    before = set(codes_of(session, made))
    for values in ({"kind": "shared"}, {"prefix": "X"}, {"size": 2}):
        with pytest.raises(Conflict), session.begin_nested():
            update_batch(session, made, values)
    update_batch(session, made, {"size": 1000})
    after = codes_of(session, made)
    assert len(after) == 1000
    assert before < set(after)
    confirm_order(session, quotation(shop, coupon_codes=after[0]))
    with pytest.raises(Conflict), session.begin_nested():
        delete_batch(session, made)
    with pytest.raises(Conflict), session.begin_nested():
        delete_promotion(session, made.promotion)
    for statement in (
        "UPDATE sales.promotion_use SET coupon_id = NULL WHERE coupon_id IS NOT NULL",
        "INSERT INTO sales.promotion_use (promotion_id, coupon_id, order_id, contact_id, used_on,"
        " currency, amount) SELECT promotion_id, coupon_id, order_id, contact_id, used_on,"
        " currency, amount FROM sales.promotion_use WHERE coupon_id IS NOT NULL",
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(statement))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "shared", "code": "A"}, "code"),
        ({"size": 0}, "size"),
        ({"size": 100_001}, "size"),
        ({"prefix": "MUCHTOOLONG"}, "prefix"),
        ({"max_uses": 3}, "max_uses"),
        ({"name": " "}, "name"),
    ],
)
def test_a_batch_that_cannot_be_names_its_field(
    session: Session, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        batch(session, **values)
    assert caught.value.problems[0].field == field


def test_a_merged_customer_keeps_coupons_and_what_was_used(shop: Shop) -> None:
    session = shop.session
    kept, merged = shop.customer(), shop.customer()
    made = batch(session, contact_id=merged)
    codes = codes_of(session, made)
    confirm_order(session, quotation(shop, contact_id=merged, coupon_codes=codes[0]))
    merge_contacts(session, kept, merged)
    session.expire_all()
    assert quotation(shop, contact_id=kept, coupon_codes=codes[1]).total == 90
    assert set(session.scalars(select(PromotionUse.contact_id))) == {kept}


def test_of_two_who_use_the_last_coupon_one_does(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        shop = Shop(session)
        code = codes_of(session, batch(session, name="The last one"))[0]
        last_one = [quotation(shop, coupon_codes=code).id for _ in range(2)]
    start = threading.Barrier(2)
    said: list[str] = []

    def confirm(order_id: int) -> None:
        with kernel.session(tenant) as session:
            order = session.get_one(SalesOrder, order_id)
            start.wait(timeout=20)
            try:
                confirm_order(session, order)
                session.commit()
                said.append("done")
            except AppError as error:
                session.rollback()
                said.append(f"{error.code}: {error.message}")

    threads = [threading.Thread(target=confirm, args=(order_id,)) for order_id in last_one]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    refused, done = sorted(said)
    assert done == "done"
    assert refused.startswith("conflict: Coupon ")
    assert refused.endswith("was used meanwhile.")
