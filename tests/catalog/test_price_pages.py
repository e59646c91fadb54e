"""A salesperson keeps price lists on their pages, asks why a price is what it is, and changes many
prices in the grid; each change stays in its history."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from addons.catalog.services.products import create_product
from addons.contacts.api import add_contact
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

AsUser = Callable[..., httpx.Client]
LISTS = "/api/v1/catalog/price-lists"
RULES = "/api/v1/catalog/price-rules"


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """One company for the whole file."""
    with fresh_tenant(kernel, "pricepages", addons=("contacts", "catalog")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def goods(kernel: Kernel, tenant: Tenant) -> dict[str, int]:
    """A product and who buys it."""
    with kernel.session(tenant) as session:
        rice = create_product(session, {"name": "Rice", "sku": "RICE", "sale_price": Decimal(10)})
        cedar = add_contact(session, {"name": "Cedar House", "is_customer": True})
        return {"rice": rice.id, "cedar": cedar.id}


def _made(client: httpx.Client, url: str, **values: Any) -> dict[str, Any]:
    answer = client.post(url, json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_the_page_says_why_a_price_is_what_it_is(as_user: AsUser, goods: dict[str, int]) -> None:
    manager = as_user("catalog.manager", "contacts.manager")
    own = _made(
        manager, LISTS, name="Cedar", currency="USD", parties=[{"contact_id": goods["cedar"]}]
    )
    all_of_us = _made(manager, LISTS, name="Everybody", currency="USD", parties=[{}])
    _made(manager, RULES, list_id=own["id"], product_id=goods["rice"], min_quantity="10",
          amount="7")  # fmt: skip
    _made(manager, RULES, list_id=all_of_us["id"], method="discount", percent="5")
    page = manager.get(f"/catalog/prices/why?product=RICE&contact={goods['cedar']}&quantity=1").text
    assert "It begins at a larger quantity." in page
    assert "The price is from this list." in page
    assert "9.50" in page
    ten = manager.get(f"/catalog/prices/why?product=RICE&contact={goods['cedar']}&quantity=10").text
    assert "It won." in ten
    assert "A list before it had a price." in ten
    assert "Cedar House" in ten
    beside = manager.get(f"/contacts/contacts/{goods['cedar']}").text
    assert f"/catalog/price-lists/{own['id']}" in beside
    product = manager.get(f"/catalog/products/{goods['rice']}").text
    assert "Prices in lists" in product
    assert manager.get(f"/catalog/price-lists/{own['id']}").status_code == 200


@pytest.mark.parametrize(
    "asked",
    ["product=NONE", "product=RICE&quantity=x", "product=RICE&quantity=1e99", "product=RICE&day=x",
     "product=RICE&contact=Nobody", "product=RICE&currency=EUR", "product=RICE&unit=999999",
     "product=RICE&quantity=NaN"],
)  # fmt: skip
def test_a_question_that_has_no_answer_says_so(
    as_user: AsUser, goods: dict[str, int], asked: str
) -> None:
    answer = as_user("catalog.reader").get(f"/catalog/prices/why?{asked}")
    assert answer.status_code == 422
    assert 'id="why-problem"' in answer.text


def test_an_overlap_is_a_conflict_that_names_the_rule(
    as_user: AsUser, goods: dict[str, int]
) -> None:
    manager = as_user("catalog.manager")
    one = _made(manager, LISTS, name="Summer", currency="AED", parties=[])
    rule = {"list_id": one["id"], "product_id": goods["rice"], "amount": "7"}
    _made(manager, RULES, **rule)
    again = manager.post(RULES, json=rule)
    assert again.status_code == 409
    assert "RICE Rice" in again.text


def test_each_change_of_a_price_stays_in_its_history(
    as_user: AsUser, goods: dict[str, int]
) -> None:
    manager = as_user("catalog.manager")
    one = _made(manager, LISTS, name="Winter", currency="AED", parties=[])
    made = _made(manager, RULES, list_id=one["id"], product_id=goods["rice"], amount="7")
    changed = manager.patch(
        f"{RULES}/{made['id']}", json={"amount": "8"}, headers={"if-match": "*"}
    )
    assert changed.status_code == 200, changed.text
    history = manager.get(f"/catalog/price-rules/{made['id']}/history").text
    assert re.search(r"7.*8|8.*7", history, re.S)


def test_who_may_only_see_prices_changes_none(as_user: AsUser, goods: dict[str, int]) -> None:
    reader = as_user("catalog.reader")
    assert reader.get("/catalog/price-lists").status_code == 200
    assert reader.get("/catalog/known-costs").status_code == 403
    assert reader.get("/catalog/margin-overrides").status_code == 403
    assert reader.post(LISTS, json={"name": "Mine", "currency": "USD"}).status_code == 403
    for page in ("price-lists", "price-rules", "bundles", "known-costs", "margin-overrides"):
        assert as_user().get(f"/catalog/{page}").status_code == 200
    for page in ("price-lists", "price-rules", "bundles", "known-costs"):
        assert as_user().get(f"/catalog/{page}/new").status_code == 200
