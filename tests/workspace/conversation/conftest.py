"""Amal, an order, and what is said beside it: what the tests of conversations share."""

from __future__ import annotations

import re
from html import unescape
from secrets import token_hex

import pytest

from core.auth.models import User
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Product
from tests.workspace.conftest import Hire, Person

READ = {"shop.order.read": "all"}
WRITE = {**READ, "shop.order.write": "all", "shop.order.confirm": "all"}
FRAGMENT = {"hx-request": "true"}


@pytest.fixture(scope="module")
def goods(kernel: Kernel, store: Tenant) -> dict[str, int]:
    """A customer and a product."""
    with kernel.session(store) as session:
        customer, product = Customer(name="Nour"), Product(code="N", name="Nails", price=1)
        session.add_all([customer, product])
        session.flush()
        return {"customer": customer.id, "product": product.id}


@pytest.fixture(scope="module")
def amal(hire: Hire) -> Person:
    return hire(WRITE)


@pytest.fixture
def order(amal: Person, goods: dict[str, int]) -> str:
    """The path of an order that Amal wrote."""
    return new_order(amal, goods)


def new_order(person: Person, goods: dict[str, int]) -> str:
    number = f"O-{token_hex(4)}"
    made = person.api.post(
        "/api/v1/shop/orders",
        json={
            "number": number,
            "customer_id": goods["customer"],
            "date": "2026-11-22",
            "lines": [{"product_id": goods["product"], "quantity": "2", "price": "5"}],
        },
    )
    assert made.status_code == 201, made.text
    return f"/shop/orders/{made.json()['id']}"


def name_of(kernel: Kernel, store: Tenant, person: Person) -> str:
    with kernel.session(store) as session:
        return session.get_one(User, person.user_id).name


def write(person: Person, order: str, body: str) -> str:
    answer = person.http.post(
        f"{order}/conversation/notes",
        data={"csrf_token": person.csrf, "body": body},
        headers=FRAGMENT,
    )
    assert answer.status_code == 200, answer.text
    return answer.text


def panel(person: Person, order: str) -> str:
    answer = person.http.get(f"{order}/conversation", headers=FRAGMENT)
    assert answer.status_code == 200, answer.text
    return answer.text


def inbox(person: Person) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", person.http.get("/core/inbox").text))
