"""A trader agrees prices: with a customer, with a group, for everybody; by product, category, brand
and quantity; fixed, off the list, over the cost. Each line finds its price, and can say why."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from addons.catalog.api import PriceFound, PriceQuestion, price_for, prices_for, units
from addons.catalog.models import Brand, Category, KnownCost, PriceList, PriceRule
from addons.catalog.services.categories import create_category
from addons.catalog.services.prices.list_keeping import create_list, update_list
from addons.catalog.services.prices.rounding import rounded_to
from addons.catalog.services.prices.rule_keeping import create_rule, update_rule
from addons.catalog.services.products import create_product
from addons.contacts.api import add_contact
from addons.contacts.models import ContactGroup
from addons.contacts.services.merging import merge_contacts
from core.api import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

AsUser = Callable[..., httpx.Client]
DAY = date(2026, 7, 15)


def _d(written: str | int) -> Decimal:
    return Decimal(written)


@dataclass
class Shop:
    """A shop with rice of a brand in a category within another, and somebody who buys it."""

    session: Session
    rice: int
    customer: int
    group: int
    brand: int
    food: int
    grain: int

    def list(self, name: str, currency: str = "USD", **more: Any) -> int:
        """A price list; for everybody unless parties are given."""
        parties = more.pop("parties", ({},))
        values = {"name": name, "currency": currency, "parties": parties, **more}
        return create_list(self.session, values).id

    def rule(self, list_id: int, **more: Any) -> PriceRule:
        """A rule of a list: a fixed price unless said otherwise."""
        return create_rule(self.session, {"list_id": list_id, **more})

    def price(self, quantity: str | int = 1, **more: Any) -> PriceFound:
        """What so much rice costs the customer."""
        asked = {
            "product_id": self.rice, "contact_id": self.customer, "unit_id": None, "day": DAY,
            "currency": "USD", **more,
        }  # fmt: skip
        return price_for(self.session, PriceQuestion(quantity=_d(quantity), **asked))


@pytest.fixture
def shop(session: Session) -> Shop:
    food = create_category(session, {"name": "Food"})
    grain = create_category(session, {"name": "Grain", "parent_id": food.id})
    brand, group = Brand(name="Aroma"), ContactGroup(name="Wholesale")
    session.add_all([brand, group])
    session.flush()
    rice = create_product(
        session,
        {"name": "Rice", "sale_price": _d(10), "category_id": grain.id, "brand_id": brand.id},
    )
    company = add_contact(session, {"name": "Cedar House", "group_id": group.id})
    return Shop(session, rice.id, company.id, group.id, brand.id, food.id, grain.id)


def test_without_any_list_the_sale_price_holds(shop: Shop) -> None:
    assert shop.price() == PriceFound(_d(10))
    assert shop.price(contact_id=None).price == 10


def test_the_list_nearest_to_the_customer_comes_first(shop: Shop) -> None:
    everybody = shop.list("Everybody")
    group = shop.list("Wholesale", parties=({"group_id": shop.group},))
    own = shop.list("Cedar", parties=({"contact_id": shop.customer},))
    shop.rule(everybody, amount=_d(9))
    assert (shop.price().price, shop.price().list_name) == (9, "Everybody")
    shop.rule(group, amount=_d(8))
    assert shop.price().list_name == "Wholesale"
    shop.rule(own, product_id=shop.rice, min_quantity=_d(10), amount=_d(7))
    assert shop.price(9).list_name == "Wholesale"
    assert (shop.price(10).price, shop.price(10).list_name) == (7, "Cedar")
    assert shop.price(contact_id=None).list_name == "Everybody"


def test_people_buy_at_the_prices_of_their_company(shop: Shop) -> None:
    own = shop.list("Cedar", parties=({"contact_id": shop.customer},))
    shop.rule(own, amount=_d(7))
    buyer = add_contact(
        shop.session, {"kind": "person", "name": "Layla", "parent_id": shop.customer}
    )
    assert shop.price(contact_id=buyer.id).price == 7


def test_the_narrowest_target_wins_then_the_period_then_the_quantity(shop: Shop) -> None:
    one = shop.list("Everybody")
    shop.rule(one, amount=_d(19))
    assert shop.price(100).price == 19
    shop.rule(one, brand_id=shop.brand, amount=_d(18))
    assert shop.price(100).price == 18
    shop.rule(one, category_id=shop.food, amount=_d(17))
    shop.rule(one, category_id=shop.grain, amount=_d(16))
    assert shop.price(100).price == 16
    shop.rule(one, product_id=shop.rice, amount=_d(15))
    shop.rule(one, product_id=shop.rice, min_quantity=_d(50), amount=_d(14))
    assert (shop.price(49).price, shop.price(50).price) == (15, 14)
    july = {"valid_from": date(2026, 7, 1), "valid_until": date(2026, 7, 31)}
    shop.rule(one, product_id=shop.rice, amount=_d(13), **july)
    assert shop.price(100).price == 13
    assert shop.price(100, day=date(2026, 8, 1)).price == 14


@pytest.mark.parametrize(
    ("rule", "price"),
    [
        ({"method": "discount", "percent": _d(15)}, "8.50"),
        ({"method": "discount", "percent": _d(-15)}, "11.50"),
        ({"method": "discount", "percent": _d(15), "surcharge": _d("0.25")}, "8.75"),
        ({"method": "discount", "percent": _d(100), "surcharge": _d(-3)}, "0.00"),
        ({"method": "markup", "percent": _d(50)}, "9.00"),
        ({"method": "margin", "percent": _d(40)}, "10.00"),
        ({"method": "markup", "percent": _d(0), "rounding_step": _d(1),
          "rounding_ending": _d("0.95"), "rounding": "up"}, "6.95"),
        ({"method": "markup", "percent": _d(33), "rounding_step": _d("0.05")}, "8.00"),
    ],
)  # fmt: skip
def test_prices_are_taken_off_the_list_or_put_on_the_cost(
    shop: Shop, rule: dict[str, Any], price: str
) -> None:
    shop.session.add(KnownCost(product_id=shop.rice, cost=_d(6)))
    shop.rule(shop.list("Everybody"), **rule)
    assert shop.price().price == _d(price)


def test_without_a_known_cost_the_next_rule_is_tried(shop: Shop) -> None:
    one = shop.list("Everybody")
    shop.rule(one, product_id=shop.rice, method="markup", percent=_d(20))
    shop.rule(one, amount=_d(9))
    assert shop.price().price == 9


def test_a_list_can_be_based_on_another_and_never_on_itself(shop: Shop) -> None:
    retail = shop.list("Retail", parties=())
    shop.rule(retail, product_id=shop.rice, amount=_d(20))
    dealers = shop.list("Dealers", parties=())
    shop.rule(dealers, method="discount", percent=_d(50), base_list_id=retail)
    ours = shop.list("Cedar", parties=({"contact_id": shop.customer},))
    rule = shop.rule(ours, method="discount", percent=_d(10), base_list_id=dealers)
    assert shop.price().price == 9
    with pytest.raises(InvalidInput, match="based on this one"):
        shop.rule(retail, method="discount", percent=_d(1), base_list_id=ours)
    with pytest.raises(InvalidInput, match="based on this one"):
        update_rule(shop.session, rule, {"base_list_id": ours})


def test_a_list_that_shows_discounts_gives_the_full_price_and_the_percentage(shop: Shop) -> None:
    one = shop.list("Everybody", shows_discount=True)
    rule = shop.rule(one, method="discount", percent=_d(15))
    assert (shop.price().price, shop.price().discount_percent) == (10, 15)
    assert shop.price().net == _d("8.5")
    update_rule(shop.session, rule, {"surcharge": _d("0.10")})
    assert (shop.price().price, shop.price().discount_percent) == (_d("8.60"), 0)


def test_prices_for_a_packing_unit_are_for_that_unit_alone(shop: Shop) -> None:
    dozen = next(one for one in units(shop.session).values() if one.factor == 12)
    one = shop.list("Everybody")
    assert shop.price(unit_id=dozen.id).price == 120
    shop.rule(one, product_id=shop.rice, amount=_d("9.5"))
    assert shop.price(2, unit_id=dozen.id).price == 114
    shop.rule(one, product_id=shop.rice, unit_id=dozen.id, min_quantity=_d(2), amount=_d(100))
    assert shop.price(1, unit_id=dozen.id).price == 114
    assert shop.price(2, unit_id=dozen.id).price == 100
    assert shop.price(24).price == _d("9.5")
    kilogram = next(one for one in units(shop.session).values() if one.code == "kg")
    with pytest.raises(InvalidInput, match="not sold in this unit"):
        shop.price(unit_id=kilogram.id)


def test_overlapping_rules_are_refused_and_the_other_one_is_named(shop: Shop) -> None:
    one = shop.list("Everybody")
    shop.rule(one, product_id=shop.rice, min_quantity=_d(10), amount=_d(9))
    with pytest.raises(Conflict, match="Rice, ≥ 10"):
        shop.rule(one, product_id=shop.rice, min_quantity=_d(10), amount=_d(8))
    june = shop.rule(
        one, product_id=shop.rice, amount=_d(7),
        valid_from=date(2026, 6, 1), valid_until=date(2026, 6, 30),
    )  # fmt: skip
    with pytest.raises(Conflict, match="2026-06-01 – 2026-06-30"):
        shop.rule(one, product_id=shop.rice, amount=_d(6), valid_from=date(2026, 6, 30))
    shop.rule(one, product_id=shop.rice, amount=_d(6), valid_from=date(2026, 7, 1))
    with pytest.raises(Conflict, match="2026-07-01 – …"):
        update_rule(shop.session, june, {"valid_until": date(2026, 7, 1)})


def test_the_database_refuses_what_slips_past(shop: Shop) -> None:
    one = shop.list("Everybody")
    shop.rule(one, product_id=shop.rice, amount=_d(7), valid_from=date(2026, 6, 1))
    for days in ("NULL, NULL", "'2026-05-01', '2026-06-01'"):
        written = text(
            "INSERT INTO catalog.price_rule (list_id, product_id, amount, valid_from, valid_until)"
            f" VALUES (:list, :product, 5, {days})"
        )
        given_ids = {"list": one, "product": shop.rice}
        if days == "NULL, NULL":
            shop.session.execute(written, given_ids)
        with pytest.raises(DBAPIError), shop.session.begin_nested():
            shop.session.execute(written, given_ids)
    with pytest.raises(DBAPIError), shop.session.begin_nested():
        shop.session.execute(
            text(
                "INSERT INTO catalog.price_list_party (list_id, currency, active)"
                " VALUES (:list, 'USD', true)"
            ),
            {"list": one},
        )


def test_nobody_has_two_lists_of_a_currency_on_one_day(shop: Shop) -> None:
    party = {"contact_id": shop.customer}
    shop.list("2026", parties=({**party, "valid_until": date(2026, 12, 31)},))
    with pytest.raises(Conflict, match="2026"):
        shop.list("Special", parties=(party,))
    shop.list("2027", parties=({**party, "valid_from": date(2027, 1, 1)},))
    shop.list("In dirhams", "AED", parties=(party,))
    with pytest.raises(Conflict, match="Twice"):
        shop.list("Twice", "SAR", parties=(party, party))


def test_a_merged_customer_brings_the_lists_that_the_other_lacks(shop: Shop) -> None:
    other = add_contact(shop.session, {"name": "Cedar House SAL"})
    own = shop.list("Own", parties=({"contact_id": shop.customer},))
    theirs = shop.list("Theirs", parties=({"contact_id": other.id},))
    dirhams = shop.list("Theirs in dirhams", "AED", parties=({"contact_id": other.id},))
    for place, one in enumerate((own, theirs, dirhams), start=1):
        shop.rule(one, amount=_d(place))
    merge_contacts(shop.session, shop.customer, other.id)
    assert shop.price().price == 1
    assert shop.price(contact_id=other.id).price == 1
    assert shop.price(currency="AED").price == 3


def test_a_list_that_rests_gives_way_and_no_longer_counts(shop: Shop) -> None:
    old = shop.list("Old")
    shop.rule(old, amount=_d(1))
    update_list(shop.session, shop.session.get_one(PriceList, old), {"active": False})
    assert shop.price().price == 10
    new = shop.list("New")
    shop.rule(new, amount=_d(2))
    assert shop.price().price == 2
    with pytest.raises(Conflict, match="New"):
        update_list(shop.session, shop.session.get_one(PriceList, old), {"active": True})


def test_two_who_add_the_same_rule_at_once_add_one(
    kernel: Kernel, tenant: Tenant, shop: Shop
) -> None:
    one = shop.list("Everybody")
    shop.session.commit()
    barrier, outcomes = threading.Barrier(2), []

    def add() -> None:
        barrier.wait()
        try:
            with kernel.session(tenant) as own:
                create_rule(own, {"list_id": one, "product_id": shop.rice, "amount": _d(5)})
            outcomes.append("added")
        except Conflict:
            outcomes.append("there already")

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added", "there already"]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("amount", {}),
        ("amount", {"amount": _d(-1)}),
        ("amount", {"amount": _d("1e15")}),
        ("percent", {"method": "discount", "percent": _d(101)}),
        ("percent", {"method": "margin", "percent": _d(100)}),
        ("min_quantity", {"amount": _d(1), "min_quantity": _d(-1)}),
        ("rounding_step", {"method": "discount", "rounding_step": _d(0)}),
        ("valid_until", {"amount": _d(1), "valid_from": DAY, "valid_until": date(2026, 1, 1)}),
    ],
)
def test_what_is_no_price_is_refused_by_its_field(
    shop: Shop, field: str, values: dict[str, Any]
) -> None:
    one = shop.list("Everybody")
    with pytest.raises(InvalidInput) as refused:
        shop.rule(one, **values)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_price_in_another_currency_needs_a_rate(shop: Shop) -> None:
    ours = shop.list("In dirhams", "AED")
    shop.rule(ours, amount=_d(36))
    assert shop.price(currency="AED").price == 36
    assert shop.price(currency="USD").price == 10
    with pytest.raises(InvalidInput, match="no rate to EUR"):
        shop.price(currency="EUR")


def test_a_document_of_many_lines_asks_few_statements(shop: Shop) -> None:
    one = shop.list("Everybody")
    shop.rule(one, category_id=shop.food, method="discount", percent=_d(10))
    products = [
        create_product(shop.session, {"name": f"Grain {n}", "sale_price": _d(n),
                                      "category_id": shop.grain}).id
        for n in range(1, 41)
    ]  # fmt: skip
    questions = [
        PriceQuestion(product, shop.customer, _d(1), None, DAY, "USD") for product in products
    ]
    shop.session.flush()
    prices_for(shop.session, questions[:1])
    said: list[str] = []
    connection = shop.session.connection()
    event.listen(connection, "before_cursor_execute", lambda *told: said.append(told[2]))
    found = prices_for(shop.session, questions)
    assert [one.price for one in found] == [_d(n) * 9 / 10 for n in range(1, 41)]
    assert len([one for one in said if "contacts." in one or "catalog." in one]) == 3, said


@given(
    st.decimals(0, 10_000, places=4),
    st.sampled_from(["0.05", "1", "5", "10", "0.25"]),
    st.sampled_from(["0", "0.95", "0.5", "9.99"]),
)
@settings(max_examples=60, deadline=None)
def test_a_rounded_price_ends_as_wanted_and_is_the_nearest(
    price: Decimal, step: str, ending: str
) -> None:
    size, end = _d(step), _d(ending) % _d(step)
    up, down, near = (
        rounded_to(price, size, _d(ending), way)
        for way in ("up", "down", "nearest")  # type: ignore[arg-type]
    )
    assert all(one >= 0 and (one - end) % size == 0 for one in (up, down, near))
    assert up >= price
    assert down <= price or down == end
    assert abs(near - price) == min(abs(up - price), abs(down - price))


def test_categories_that_prices_name_are_not_deleted(shop: Shop) -> None:
    one = shop.list("Everybody")
    shop.rule(one, category_id=shop.grain, amount=_d(1))
    shop.session.execute(text("UPDATE catalog.product SET category_id = NULL"))
    shop.session.execute(text("UPDATE catalog.template SET category_id = NULL"))
    with pytest.raises(DBAPIError, match="price_rule"):
        shop.session.execute(delete(Category).where(Category.id == shop.grain))
