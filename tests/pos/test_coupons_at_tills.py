"""Coupons at a till: asked for while there is a network, known by their beginning without one, and
used once each, whatever two tills did while they were away."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from addons.pos.options import TillOptions
from addons.sales.models import Coupon
from addons.sales.services.coupons.batches import create_batch
from addons.sales.services.promotions.keeping import create_promotion
from core.addons.options import set_options
from tests.pos.sample_client import SampleTill
from tests.pos.shop import TillShop


class Offer:
    """Ten percent off for who shows a coupon: fifty codes of one use, and one for many of whom two
    may use it."""

    def __init__(self, shop: TillShop) -> None:
        self.shop = shop
        with shop.kernel.session(shop.tenant) as session:
            values = {"name": "Ten off", "kind": "percent", "needs_coupon": True}
            tiers = [{"percent": Decimal(10)}]
            self.promotion = create_promotion(session, {**values, "tiers": tiers}).id
            batch = {"promotion_id": self.promotion, "name": "Cards", "prefix": "TEA", "size": 50}
            cards = create_batch(session, batch)
            many = {"promotion_id": self.promotion, "name": "Paper", "kind": "shared"}
            create_batch(session, {**many, "code": "EID26", "max_uses": 2})
            wanted = select(Coupon.code).where(Coupon.batch_id == cards.id).order_by(Coupon.id)
            self.codes = list(session.scalars(wanted.limit(3)))

    def sell(self, till: SampleTill, product: int, *coupons: str) -> dict[str, Any]:
        """One for 20.00 less a tenth."""
        line = self.shop.line(product, "20.00", discount="2.00")
        line |= {"net": "18.00", "tax": "2.70"}
        line["taxes"][0] |= {"base": "18.00", "amount": "2.70"}
        line["promotions"] = [{"id": self.promotion, "amount": "2.00"}]
        cash = self.shop.methods["cash"]
        return till.sell(line, method=cash, coupons=list(coupons))


@pytest.fixture
def offer(shop: TillShop) -> Offer:
    return Offer(shop)


def asked(till: SampleTill, code: str, **more: Any) -> httpx.Response:
    """What the server says of a coupon."""
    headers = {"authorization": f"Bearer {till.token}"}
    return till.http.post("/api/v1/pos/coupons", json={"code": code, **more}, headers=headers)


def flags_of(shop: TillShop, till: SampleTill, operation: dict[str, Any]) -> list[str]:
    """Sync, book, and what a manager is to look at."""
    till.sync()
    shop.book()
    return till.ask(operation["sync_id"]).get("flags", [])


def test_a_coupon_of_one_use_is_good_until_it_was_used(shop: TillShop, offer: Offer) -> None:
    product, till = shop.product("20.00"), shop.till()
    till.open()
    code = offer.codes[0]
    shown = asked(till, f"{code[:4]}-{code[4:]}".lower()).json()
    assert shown == {"code": code, "promotion": offer.promotion, "name": "Ten off"}
    sold = offer.sell(till, product, code)
    assert flags_of(shop, till, sold) == []
    till.send([sold])
    shop.book()
    assert shop.rows("SELECT receipt, amount, beyond FROM sales.promotion_use") == [
        (sold["payload"]["number"], Decimal("2.00"), False)
    ]
    refused = asked(till, code)
    assert refused.status_code == 422
    assert "used already" in refused.json()["detail"]
    assert asked(till, "---").status_code == 422


def test_what_two_tills_used_while_they_were_away_is_booked_and_marked(
    shop: TillShop, offer: Offer
) -> None:
    product = shop.product("20.00")
    one, other = shop.till("R01"), shop.till("R02")
    for till in (one, other):
        till.open()
    code = offer.codes[1]
    first, again = offer.sell(one, product, code), offer.sell(other, product, code)
    assert flags_of(shop, one, first) == []
    assert flags_of(shop, other, again) == ["coupon"]
    many = [offer.sell(one, product, "eid-26") for _ in range(3)]
    assert [flags_of(shop, one, sold) for sold in many] == [[], [], ["coupon"]]
    assert flags_of(shop, one, offer.sell(one, product)) == ["promotion"]
    assert flags_of(shop, one, offer.sell(one, product, "NOSUCH")) == ["coupon"]
    beyond = "SELECT count(*), count(*) FILTER (WHERE beyond) FROM sales.promotion_use"
    assert shop.rows(beyond) == [(7, 4)]
    assert shop.count("SELECT count(*) FROM pos.sale") == 7
    assert shop.broken() == []


def test_a_till_knows_codes_of_many_and_the_beginnings_of_others(
    shop: TillShop, offer: Offer
) -> None:
    till = shop.till()
    with shop.kernel.session(shop.tenant) as session:
        set_options(session, TillOptions, coupons="last_known")
    headers = {"authorization": f"Bearer {till.token}"}
    page = till.http.get("/api/v1/pos/feed", headers=headers).json()
    assert page["settings"]["coupons"] == "last_known"
    known = {(one["prefix"], one["code"]) for one in page["coupons"]}
    assert known == {("TEA", ""), ("", "EID26")}
    assert {one["promotion"] for one in page["coupons"]} == {offer.promotion}
