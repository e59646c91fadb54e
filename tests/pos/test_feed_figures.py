"""What a till works amounts out from is what the server works them out from: taxes by customer,
price lists with their rules, bundles, promotions, credit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from addons.accounting.models.terms import PartnerTerms
from addons.catalog.api import tax_codes, tax_groups
from addons.catalog.models import Bundle, BundlePart
from addons.catalog.services.categories import create_category, update_category
from addons.catalog.services.changing import update_product
from addons.catalog.services.prices.list_keeping import create_list, update_list
from addons.catalog.services.prices.rule_keeping import create_rule
from addons.catalog.services.products import create_product
from addons.contacts.services.contacts import create_contact
from addons.sales.services.promotions.keeping import create_promotion
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport, open_browser
from tenants.testing.tenants import fresh_tenant
from tests.pos.sample_client import SampleTill
from tests.pos.shop import TillShop

Told = dict[str, Any]


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A shop with books and taxes, for the tests of this file."""
    with fresh_tenant(kernel, "tillfigures", addons=("pos", "vat", "inventory")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def shop(kernel: Kernel, tenant: Tenant, transport: AppTransport) -> Iterator[TillShop]:
    """The shop."""
    with open_browser(transport, f"{tenant.slug}.localhost") as http:
        yield TillShop(kernel, tenant, http)


@pytest.fixture(scope="module")
def till(shop: TillShop) -> SampleTill:
    """A device of the shop."""
    return shop.till()


def told(till: SampleTill, since: str = "") -> Told:
    """All pages from a cursor as one: small sections as they are, rows by their ids."""
    found: Told = {"more": True, "products": {}, "price_rules": {}, "customers": {}}
    while found["more"]:
        answer = till.http.get(
            "/api/v1/pos/feed",
            params={"since": since},
            headers={"authorization": f"Bearer {till.token}"},
        )
        answer.raise_for_status()
        page = answer.json()
        for name in ("products", "price_rules", "customers"):
            found[name] |= {row["id"]: row for row in page.pop(name, ())}
        found |= page
        since = page["cursor"]
    return found


def test_a_customer_bears_at_the_till_the_taxes_that_he_bears_at_the_office(
    shop: TillShop, till: SampleTill
) -> None:
    with shop.kernel.session(shop.tenant) as session:
        people = [
            create_contact(
                session,
                {
                    "name": f"Customer {country} {number}",
                    "is_customer": True,
                    "country": country,
                    "tax_number": number,
                },
            ).id
            for country in ("SA", "AE", "BD", "US", None)
            for number in ("", "300000000000003")
            if not (number and country != "SA")
        ]
        groups = [one.value for one in tax_groups(session)]
        wanted = {
            (person, group): list(tax_codes(session, group, "sale", person))
            for person in [*people, None]
            for group in groups
        }
    found = told(till)
    taxes = found["taxes"]
    for (person, group), codes in wanted.items():
        treatment = None if person is None else found["customers"][person]["treatment"]
        held = taxes["groups"] if treatment is None else taxes["treatments"][treatment]
        assert held[group] == codes, (person, group, treatment)
    assert any(found["customers"][person]["treatment"] is not None for person in people)
    named = {rule["code"] for rule in taxes["rules"]}
    assert {code for codes in wanted.values() for code in codes} <= named


def test_lists_and_rules_come_and_go(shop: TillShop, till: SampleTill) -> None:
    with shop.kernel.session(shop.tenant) as session:
        group = create_list(session, {"name": "Wholesale", "currency": "SAR", "parties": ({},)})
        rule = create_rule(
            session,
            {"list_id": group.id, "method": "discount", "percent": Decimal("12.5")},
        )
        list_id, rule_id = group.id, rule.id
    first = told(till)
    assert [one["parties"][0]["party"] for one in first["price_lists"] if one["id"] == list_id] == [
        "all"
    ]
    assert first["price_rules"][rule_id]["percent"] == "12.5"
    with shop.kernel.session(shop.tenant) as session:
        update_list(session, session.get_one(type(group), list_id), {"active": False})
    resting = told(till, first["cursor"])
    assert list_id not in {one["id"] for one in resting["price_lists"]}
    with shop.kernel.session(shop.tenant) as session:
        update_list(session, session.get_one(type(group), list_id), {"active": True})
    again = told(till, resting["cursor"])
    assert rule_id in again["price_rules"]
    with shop.kernel.session(shop.tenant) as session:
        session.delete(session.get_one(type(rule), rule_id))
    assert told(till, again["cursor"])["gone"]["price_rules"] == [rule_id]


def test_what_costs_what_its_parts_cost_comes_with_them(shop: TillShop, till: SampleTill) -> None:
    with shop.kernel.session(shop.tenant) as session:
        cup = create_product(session, {"name": "Cup", "sale_price": Decimal(5)}).id
        basket = create_product(session, {"name": "Basket", "sale_price": Decimal(0)}).id
        bundle = Bundle(product_id=basket, pricing="parts", percent=Decimal(10))
        bundle.parts = [BundlePart(product_id=cup, quantity=Decimal(3))]
        session.add(bundle)
        session.flush()
        part = bundle.parts[0].id
    first = told(till)
    assert first["products"][basket]["of_parts"]
    assert first["products"][basket]["parts"] == [{"product": cup, "quantity": "3"}]
    with shop.kernel.session(shop.tenant) as session:
        session.get_one(BundlePart, part).quantity = Decimal(4)
    changed = told(till, first["cursor"])["products"]
    assert changed[basket]["parts"] == [{"product": cup, "quantity": "4"}]


def test_a_category_that_moves_takes_its_products_along(shop: TillShop, till: SampleTill) -> None:
    with shop.kernel.session(shop.tenant) as session:
        food = create_category(session, {"name": "Food"})
        rice = create_category(session, {"name": "Rice"})
        values = {"name": "Basmati", "sale_price": Decimal(5), "category_id": rice.id}
        basmati = create_product(session, values).id
        food_id, rice_id = food.id, rice.id
    first = told(till)
    assert first["products"][basmati]["categories"] == [rice_id]
    with shop.kernel.session(shop.tenant) as session:
        moved = session.get_one(type(rice), rice_id)
        update_category(session, moved, {"parent_id": food_id})
    changed = told(till, first["cursor"])["products"][basmati]
    assert changed["categories"] == [food_id, rice_id]
    assert changed["targets"][2:4] == [f"category:{rice_id}", f"category:{food_id}"]


def test_a_customer_comes_with_what_he_may_owe(shop: TillShop, till: SampleTill) -> None:
    with shop.kernel.session(shop.tenant) as session:
        salma = create_contact(session, {"name": "Salma", "is_customer": True}).id
        free = create_contact(session, {"name": "Omar", "is_customer": True}).id
        terms = {"partner_id": salma, "credit_limit": Decimal(500), "credit_policy": "stop"}
        session.add(PartnerTerms(**terms))
    found = told(till)["customers"]
    assert found[salma]["credit"] == {"limit": "500", "owed": "0", "policy": "stop"}
    assert found[free]["credit"] is None


def test_promotions_of_the_coming_days_come_as_the_decision_reads_them(
    shop: TillShop, till: SampleTill
) -> None:
    with shop.kernel.session(shop.tenant) as session:
        create_promotion(
            session,
            {"name": "Autumn", "kind": "percent", "tiers": ({"percent": Decimal(10)},)},
        )
    found = told(till)["promotions"]
    assert [(one["name"], one["tiers"][0]["percent"]) for one in found] == [("Autumn", "10")]


def test_an_unsold_product_is_taken_away_and_brought_back(shop: TillShop, till: SampleTill) -> None:
    with shop.kernel.session(shop.tenant) as session:
        mint = create_product(session, {"name": "Mint", "sale_price": Decimal(5)})
        mint_id = mint.id
    first = told(till)
    with shop.kernel.session(shop.tenant) as session:
        update_product(session, session.get_one(type(mint), mint_id), {"sellable": False})
    away = told(till, first["cursor"])
    assert mint_id in away["gone"]["products"]
    with shop.kernel.session(shop.tenant) as session:
        update_product(session, session.get_one(type(mint), mint_id), {"sellable": True})
    assert mint_id in told(till, away["cursor"])["products"]
