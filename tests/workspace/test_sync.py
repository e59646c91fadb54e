"""Delta sync brings a copy to the same state, whatever was changed, and whenever it committed."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order, OrderLine, Product
from tests.workspace.conftest import Hire, Person

ORDERS, CUSTOMERS = "/api/v1/shop/orders", "/api/v1/shop/customers"


class Copy:
    """What a program keeps of a resource."""

    def __init__(self, person: Person, url: str) -> None:
        self.person, self.url, self.place = person, url, ""
        self.documents: dict[int, Any] = {}

    def catch_up(self, limit: int = 3) -> int:
        """Ask until there is nothing more; returns how often."""
        for calls in range(1, 1000):
            params = {"since": self.place, "limit": str(limit)}
            reply = self.person.api.get(self.url, params=params)
            assert reply.status_code == 200, reply.text
            answer = reply.json()
            self.documents |= {document["id"]: document for document in answer["data"]}
            for key in answer["deleted"]:
                self.documents.pop(key, None)
            self.place = answer["next"]
            if not answer["more"]:
                return calls
        raise AssertionError("it never ends")

    def original(self) -> dict[int, Any]:
        """What the list has now."""
        answer = self.person.api.get(self.url, params={"limit": "500"}).json()
        return {document["id"]: document for document in answer["data"]}


@pytest.fixture(scope="module")
def product(kernel: Kernel, store: Tenant) -> int:
    with kernel.session(store) as session:
        product = Product(code="P1", name="Paper", price=Decimal("12.50"))
        session.add(product)
        session.flush()
        return product.id


def test_a_copy_follows_creations_changes_and_deletions(
    admin: Person, kernel: Kernel, store: Tenant
) -> None:
    with kernel.session(store) as session:
        session.add_all(Customer(name=f"Old {number}") for number in range(7))
    copy = Copy(admin, CUSTOMERS)
    assert copy.catch_up() == 3
    assert copy.documents == copy.original()
    with kernel.session(store) as session:
        session.add(Customer(name="New"))
        session.get_one(Customer, min(copy.documents)).city = "Riyadh"
        session.delete(session.get_one(Customer, max(copy.documents)))
    copy.catch_up()
    assert copy.documents == copy.original()
    assert any(document["city"] == "Riyadh" for document in copy.documents.values())
    place = copy.place
    assert copy.catch_up() == 1
    assert copy.place >= place


def test_a_change_that_commits_late_is_not_passed_by(
    admin: Person, kernel: Kernel, store: Tenant
) -> None:
    copy = Copy(admin, CUSTOMERS)
    copy.catch_up()
    with kernel.session(store) as slow:
        slow.add(Customer(name="Late"))
        slow.flush()
        with kernel.session(store) as quick:
            quick.add(Customer(name="Early"))
        copy.catch_up()
        assert "Late" not in {document["name"] for document in copy.documents.values()}
    copy.catch_up()
    assert {"Early", "Late"} <= {document["name"] for document in copy.documents.values()}
    assert copy.documents == copy.original()


def test_a_change_of_a_line_by_whatever_door_brings_its_document(
    admin: Person, kernel: Kernel, store: Tenant, product: int
) -> None:
    with kernel.session(store) as session:
        customer = Customer(name="With orders")
        session.add(customer)
        session.flush()
        customer_id = customer.id
    orders = []
    for number in ("S-1", "S-2", "S-3"):
        line = {"product_id": product, "quantity": "1", "price": "2"}
        order = {"number": number, "customer_id": customer_id, "date": "2026-11-22"}
        reply = admin.api.post(ORDERS, json=order | {"lines": [line]})
        orders.append(reply.json())
    copy = Copy(admin, ORDERS)
    copy.catch_up()
    with kernel.session(store) as session:
        session.get_one(OrderLine, orders[0]["lines"][0]["id"]).quantity = Decimal(9)
        session.delete(session.get_one(OrderLine, orders[1]["lines"][0]["id"]))
        third = session.get_one(Order, orders[2]["id"])
        third.lines.append(OrderLine(product_id=product, price=Decimal(7)))
    copy.catch_up(limit=1)
    assert copy.documents == copy.original()
    assert copy.documents[orders[0]["id"]]["lines"][0]["quantity"] == "9"
    assert copy.documents[orders[1]["id"]]["lines"] == []
    assert len(copy.documents[orders[2]["id"]]["lines"]) == 2


def test_what_left_the_reach_of_the_caller_is_gone_for_them(
    admin: Person, hire: Hire, kernel: Kernel, store: Tenant
) -> None:
    amal = hire({"shop.order.read": "own"})
    with kernel.session(store) as session:
        customer = Customer(name="Handed over")
        session.add(customer)
        session.flush()
        order = Order(
            number="S-9",
            customer=customer,
            seller_id=amal.user_id,
            date=date(2026, 11, 22),
            total=Decimal(1),
        )
        session.add(order)
        session.flush()
        order_id = order.id
    copy = Copy(amal, ORDERS)
    copy.catch_up()
    assert set(copy.documents) == {order_id}
    with kernel.session(store) as session:
        session.get_one(Order, order_id).seller_id = None
    copy.catch_up()
    assert copy.documents == {}


@pytest.mark.parametrize("cursor", ["x", "WzFd", "WyJzaG9wLm9yZGVycyIsImEiLCJsb2ciLC0xLDBd"])
def test_a_place_that_nobody_gave_out_is_refused(admin: Person, cursor: str) -> None:
    reply = admin.api.get(ORDERS, params={"since": cursor})
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["field"] == "since"


def test_a_place_of_another_database_begins_anew(admin: Person) -> None:
    elsewhere = urlsafe_b64encode(b'["shop.orders","1:2","log",7,0]').decode()
    reply = admin.api.get(ORDERS, params={"since": elsewhere})
    assert reply.status_code == 410
    assert "Begin again" in reply.json()["fix"]
