"""A shop sells a breakfast box: one line on the order, its parts leave the shelf, and the price is
shared out among them to the last cent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as within
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from addons.catalog.api import (
    Part,
    PriceQuestion,
    bundle_parts,
    price_for,
    share_price,
    units,
)
from addons.catalog.models import Bundle
from addons.catalog.services.bundles import create_bundle, update_bundle
from addons.catalog.services.prices.invariants import INVARIANTS
from addons.catalog.services.prices.list_keeping import create_list
from addons.catalog.services.prices.rule_keeping import create_rule
from addons.catalog.services.products import create_product
from core.api import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

DAY = date(2026, 7, 15)
_d = Decimal


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """One company for the whole file: nothing is committed."""
    with fresh_tenant(kernel, "bundles", addons=("contacts", "catalog")) as tenant:
        yield tenant


@dataclass
class Shop:
    """Tea, honey and bread, and a box of them."""

    session: Session
    box: int
    tea: int
    honey: int
    bread: int

    def bundle(self, **more: Any) -> Bundle:
        """The box: two teas, a honey, three breads."""
        parts = (
            {"product_id": self.tea, "quantity": _d(2), "position": 1},
            {"product_id": self.honey, "quantity": _d(1), "position": 2},
            {"product_id": self.bread, "quantity": _d(3), "position": 3},
        )
        return create_bundle(self.session, {"product_id": self.box, "parts": parts, **more})

    def price(self, quantity: int = 1, **more: Any) -> Decimal:
        """What so many boxes cost each."""
        question = PriceQuestion(self.box, None, _d(quantity), more.get("unit"), DAY, "USD")
        return price_for(self.session, question).price


@pytest.fixture
def shop(session: Session) -> Shop:
    prices = {"Box": 20, "Tea": 4, "Honey": 9, "Bread": 1}
    made = [
        create_product(session, {"name": name, "sale_price": _d(price)}).id
        for name, price in prices.items()
    ]
    return Shop(session, *made)


def test_a_bundle_is_delivered_as_its_parts(shop: Shop) -> None:
    assert bundle_parts(shop.session, shop.box, _d(5)) == ()
    bundle = shop.bundle()
    assert bundle_parts(shop.session, shop.box, _d(5)) == (
        Part(shop.tea, _d(10), _d(8)),
        Part(shop.honey, _d(5), _d(9)),
        Part(shop.bread, _d(15), _d(3)),
    )
    assert bundle_parts(shop.session, shop.tea, _d(5)) == ()
    update_bundle(shop.session, bundle, {"active": False})
    assert bundle_parts(shop.session, shop.box, _d(5)) == ()


def test_its_price_is_its_own_or_that_of_its_parts(shop: Shop) -> None:
    bundle = shop.bundle()
    assert shop.price() == 20
    update_bundle(shop.session, bundle, {"pricing": "parts", "percent": _d(10)})
    assert shop.price() == 18
    dozen = next(one for one in units(shop.session).values() if one.factor == 12)
    assert shop.price(unit=dozen.id) == 216


def test_parts_are_asked_in_the_quantity_that_the_bundles_need(shop: Shop) -> None:
    shop.bundle(pricing="parts")
    everybody = create_list(
        shop.session, {"name": "Everybody", "currency": "USD", "parties": ({},)}
    )
    create_rule(
        shop.session,
        {"list_id": everybody.id, "product_id": shop.tea, "min_quantity": _d(10), "amount": _d(3)},
    )
    assert (shop.price(4), shop.price(5)) == (20, 18)
    create_rule(
        shop.session, {"list_id": everybody.id, "product_id": shop.box, "amount": _d("17.5")}
    )
    assert shop.price(5) == _d("17.5")


def test_a_percentage_off_everything_is_taken_off_the_parts_once(shop: Shop) -> None:
    shop.bundle(pricing="parts")
    everybody = create_list(
        shop.session, {"name": "Everybody", "currency": "USD", "parties": ({},)}
    )
    off = {"list_id": everybody.id, "method": "discount", "percent": _d(10)}
    create_rule(shop.session, off)
    assert shop.price() == 18


@given(
    st.decimals("0.01", 10_000, places=2),
    st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=8),
)
@within(max_examples=60, deadline=None)
def test_shares_of_a_price_are_the_price(amount: Decimal, weights: list[Decimal]) -> None:
    parts = [Part(place, _d(1), weight) for place, weight in enumerate(weights)]
    shares = share_price(parts, amount, "USD")
    assert sum(shares, _d(0)) == amount
    assert all(share >= 0 and share == share.quantize(_d("0.01")) for share in shares)


def test_a_share_can_be_said_and_a_gift_bears_nothing(shop: Shop) -> None:
    parts = (
        {"product_id": shop.tea, "quantity": _d(1), "weight": _d(1)},
        {"product_id": shop.bread, "quantity": _d(1), "weight": _d(0)},
    )
    create_bundle(shop.session, {"product_id": shop.box, "parts": parts})
    made = bundle_parts(shop.session, shop.box, _d(1))
    assert share_price(made, _d("20.00"), "USD") == [_d("20.00"), _d("0.00")]


def test_no_bundle_holds_another_or_itself(shop: Shop) -> None:
    shop.bundle()
    part = {"quantity": _d(1)}
    with pytest.raises(Conflict, match="Box is a bundle"):
        create_bundle(
            shop.session, {"product_id": shop.tea, "parts": ({**part, "product_id": shop.box},)}
        )
    milk = create_product(shop.session, {"name": "Milk"})
    with pytest.raises(Conflict, match="a part of the bundle Box"):
        create_bundle(
            shop.session, {"product_id": shop.tea, "parts": ({**part, "product_id": milk.id},)}
        )
    for statement in (
        "INSERT INTO catalog.bundle (product_id) VALUES (:tea)",
        "INSERT INTO catalog.bundle_part (bundle_id, product_id)"
        " SELECT id, :box FROM catalog.bundle",
    ):
        with pytest.raises(DBAPIError, match="cannot be a bundle"), shop.session.begin_nested():
            shop.session.execute(text(statement), {"tea": shop.tea, "box": shop.box})
    assert all(one.check(shop.session).holds for one in INVARIANTS)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("product_id", {"product_id": None}),
        ("parts", {"parts": ()}),
        ("percent", {"percent": Decimal(100)}),
        ("parts.0.quantity", {"parts": ({"product_id": 3, "quantity": Decimal(0)},)}),
        ("parts.0.quantity", {"parts": ({"product_id": 3, "quantity": Decimal("1e12")},)}),
        ("parts.1.product_id", {"parts": ({"product_id": 3}, {"product_id": 3})}),
        ("parts.0.weight", {"parts": ({"product_id": 3, "weight": Decimal(-1)},)}),
    ],
)
def test_what_is_no_bundle_is_refused_by_its_field(
    shop: Shop, field: str, change: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        shop.bundle(**change)
    assert [problem.field for problem in refused.value.problems] == [field]
