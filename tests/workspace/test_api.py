"""Programs read and write the same documents as people do, as JSON."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Product
from tests.workspace.conftest import Hire, Person

ORDERS, CUSTOMERS = "/api/v1/shop/orders", "/api/v1/shop/customers"


@pytest.fixture(scope="module")
def goods(kernel: Kernel, store: Tenant) -> dict[str, int]:
    with kernel.session(store) as session:
        customer = Customer(name="Amal Trading", portal_password="hush")
        product = Product(code="P1", name="Paper", price=Decimal("12.50"))
        session.add_all([customer, product])
        session.flush()
        return {"customer": customer.id, "product": product.id}


def an_order(goods: dict[str, int], number: str) -> dict[str, Any]:
    return {
        "number": number,
        "customer_id": goods["customer"],
        "date": "2026-11-22",
        "lines": [{"product_id": goods["product"], "quantity": "2.50", "price": "4.00"}],
    }


def test_a_document_is_created_read_changed_and_deleted(
    admin: Person, goods: dict[str, int]
) -> None:
    made = admin.api.post(ORDERS, json=an_order(goods, "B-1"))
    assert made.status_code == 201, made.text
    order = made.json()
    assert made.headers["etag"] == '"1"'
    url = made.headers["location"]
    assert url == f"{ORDERS}/{order['id']}"
    assert order["total"] == "10.0000"
    assert order["customer"] == {"name": "Amal Trading", "city": None, "credit": None}
    assert order["lines"][0]["quantity"] == "2.50"
    assert "seller_id" not in order

    changed = admin.api.patch(url, json={"remark": "soon"}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    assert changed.json()["remark"] == "soon"
    assert changed.json()["lines"] == order["lines"]
    etag = changed.headers["etag"]
    assert etag == '"2"'
    assert admin.api.get(url, headers={"If-None-Match": etag}).status_code == 304

    assert admin.api.delete(url, headers={"If-Match": '"1"'}).status_code == 412
    assert admin.api.delete(url).status_code == 204
    assert admin.api.get(url).status_code == 404


def test_a_change_must_name_the_version_it_is_of(admin: Person, goods: dict[str, int]) -> None:
    url = admin.api.post(ORDERS, json=an_order(goods, "B-2")).headers["location"]
    assert admin.api.patch(url, json={"remark": "x"}).status_code == 428
    stale = admin.api.patch(url, json={"remark": "x"}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    assert stale.json()["code"] == "precondition-failed"


def test_of_two_changes_at_once_one_wins_and_the_other_is_told(
    admin: Person, goods: dict[str, int]
) -> None:
    url = admin.api.post(ORDERS, json=an_order(goods, "B-9")).headers["location"]

    def change(remark: str) -> int:
        headers = {"If-Match": '"1"'}
        return admin.api.patch(url, json={"remark": remark}, headers=headers).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(change, ["a", "b", "c", "d"]))
    assert answers == [200, 412, 412, 412]
    assert admin.api.get(url).json()["version"] == 2


def test_a_change_of_lines_alone_is_a_new_version(admin: Person, goods: dict[str, int]) -> None:
    made = admin.api.post(ORDERS, json=an_order(goods, "B-3"))
    line = made.json()["lines"][0]
    lines = [
        {"id": line["id"], "product_id": goods["product"], "quantity": "2.50", "price": "5"},
        {"product_id": goods["product"], "quantity": "1", "price": "1"},
    ]
    changed = admin.api.patch(
        made.headers["location"], json={"lines": lines}, headers={"If-Match": '"1"'}
    )
    assert changed.status_code == 200, changed.text
    assert changed.json()["version"] == 2
    assert [item["price"] for item in changed.json()["lines"]] == ["5", "1"]
    assert changed.json()["lines"][0]["id"] == line["id"]


def test_each_wrong_field_is_named(admin: Person, goods: dict[str, int]) -> None:
    order = an_order(goods, "B-4") | {
        "date": "tomorrow",
        "total": "5",
        "colour": "red",
        "remark": 5,
        "customer_id": 999_999,
    }
    order["lines"] = [{"product_id": goods["product"], "quantity": 2.5, "price": None, "x": 1}]
    reply = admin.api.post(ORDERS, json=order)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert {error["field"] for error in reply.json()["errors"]} == {
        "date",
        "total",
        "colour",
        "remark",
        "customer_id",
        "lines.0.quantity",
        "lines.0.price",
        "lines.0.x",
    }
    assert admin.api.post(ORDERS, content=b"{").status_code == 422
    assert admin.api.post(ORDERS, json=[1]).status_code == 422


def test_what_a_service_refuses_names_its_field(admin: Person, goods: dict[str, int]) -> None:
    order = an_order(goods, "B-5")
    order["lines"][0]["quantity"] = "0"
    reply = admin.api.post(ORDERS, json=order)
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["field"] == "lines.0.quantity"


def test_the_same_key_makes_one_document(admin: Person, goods: dict[str, int]) -> None:
    key = {"Idempotency-Key": "order-b6"}
    first = admin.api.post(ORDERS, json=an_order(goods, "B-6"), headers=key)
    again = admin.api.post(ORDERS, json=an_order(goods, "B-6"), headers=key)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert again.headers["location"] == first.headers["location"]
    other = admin.api.post(ORDERS, json=an_order(goods, "B-7"), headers=key)
    assert other.status_code == 422
    assert other.json()["errors"][0]["field"] == "Idempotency-Key"


def test_actions_run_once_in_the_right_state(admin: Person, goods: dict[str, int]) -> None:
    url = admin.api.post(ORDERS, json=an_order(goods, "B-8")).headers["location"]
    done = admin.api.post(f"{url}/actions/confirm")
    assert done.status_code == 200, done.text
    assert done.json()["message"] == "Order B-8 is confirmed."
    assert done.json()["data"]["status"] == "confirmed"
    assert admin.api.post(f"{url}/actions/confirm").status_code == 409
    frozen = admin.api.patch(url, json={"remark": "late"}, headers={"If-Match": "*"})
    assert frozen.status_code == 409
    assert admin.api.post(f"{url}/actions/explode").status_code == 404


def test_a_list_is_filtered_searched_and_sorted(admin: Person, goods: dict[str, int]) -> None:
    for number in ("C-1", "C-2", "C-3"):
        assert admin.api.post(ORDERS, json=an_order(goods, number)).status_code == 201

    def numbers(query: str) -> list[str]:
        reply = admin.api.get(f"{ORDERS}?{query}")
        assert reply.status_code == 200, reply.text
        return [order["number"] for order in reply.json()["data"]]

    assert numbers("q=C-&sort=number") == ["C-1", "C-2", "C-3"]
    assert numbers("number=C-1&number=C-3&sort=-number") == ["C-3", "C-1"]
    assert numbers("number__contains=c-2&date__gte=2026-11-22&total__gt=9.99") == ["C-2"]
    assert numbers("number__contains=C-&date__gt=2026-11-22") == []
    assert numbers("number__contains=C-&status__ne=draft") == []
    first = admin.api.get(f"{ORDERS}?q=C-&sort=number&limit=2").json()
    second = admin.api.get(f"{ORDERS}?q=C-&sort=number&limit=2&cursor={first['next']}").json()
    assert [order["number"] for order in second["data"]] == ["C-3"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("colour=red", "colour"),
        ("sort=total;DROP TABLE x", "sort"),
        ("sort=seller_id", "sort"),
        ("portal_password=hush", "portal_password"),
        ("date__gte=soon", "date__gte"),
        ("date__evil=2026-01-01", "date__evil"),
        ("customer_id=1)--", "customer_id"),
        ("limit=0", "limit"),
        ("limit=9999", "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=WyJudW1iZXIiLGZhbHNlLFsiYSJdXQ", "cursor"),
        ("q=%00", "q"),
    ],
)
def test_a_strange_parameter_is_refused_by_name(admin: Person, query: str, field: str) -> None:
    reply = admin.api.get(f"{ORDERS}?{query}")
    assert reply.status_code == 422, reply.text
    assert [error["field"] for error in reply.json()["errors"]] == [field]


def test_percent_signs_and_quotes_in_a_search_mean_themselves(admin: Person) -> None:
    for text in ("%", "_", "\\", "'; DROP TABLE shop.customer; --", '"', "%_\\%"):
        reply = admin.api.get(CUSTOMERS, params={"q": text})
        assert reply.status_code == 200
        assert reply.json()["data"] == []


def test_secrets_and_undeclared_columns_are_never_sent(
    admin: Person, goods: dict[str, int]
) -> None:
    reply = admin.api.get(f"{CUSTOMERS}/{goods['customer']}")
    assert "hush" not in reply.text
    assert reply.json().keys() == {
        "id", "version", "name", "kind", "email", "city", "active", "credit", "since",
        "opens_at", "seen_at", "visits", "note",
    }  # fmt: skip


def test_values_keep_their_types_there_and_back(admin: Person) -> None:
    sent = {
        "name": "Typed",
        "kind": "company",
        "email": "a@example.com",
        "city": "عمّان",
        "active": False,
        "credit": "1234567890.12",
        "since": "2020-02-29",
        "opens_at": "08:30:00",
        "seen_at": "2026-11-22T10:30:00+03:00",
        "visits": 9_007_199_254_740_993,
        "note": "line\nline",
    }
    made = admin.api.post(CUSTOMERS, json=sent).json()
    assert {name: made[name] for name in sent} == sent | {"seen_at": "2026-11-22T07:30:00Z"}
    too_much = sent | {"name": "Other", "credit": "12345678901.00"}
    assert admin.api.post(CUSTOMERS, json=too_much).json()["errors"][0]["field"] == "credit"


def test_only_those_who_may_read_find_anything(hire: Hire, goods: dict[str, int]) -> None:
    clerk = hire({"shop.customer.read": "all"})
    assert clerk.api.get(CUSTOMERS).status_code == 200
    assert clerk.api.get(ORDERS).status_code == 403
    assert clerk.api.post(CUSTOMERS, json={"name": "X"}).status_code == 403
    url = f"{CUSTOMERS}/{goods['customer']}"
    assert clerk.api.patch(url, json={}, headers={"If-Match": "*"}).status_code == 403
    assert clerk.http.get("/shop/orders").status_code == 403
    assert "/shop/customers/new" not in clerk.http.get("/shop/customers").text


def test_own_records_are_seen_and_others_do_not_exist(hire: Hire, goods: dict[str, int]) -> None:
    grants = {
        "shop.order.read": "own",
        "shop.order.write": "own",
        "shop.order.confirm": "own",
        "shop.customer.read": "all",
        "shop.product.read": "all",
    }
    amal, badr = hire(grants), hire(grants)
    url = amal.api.post(ORDERS, json=an_order(goods, "D-1")).headers["location"]
    assert amal.api.get(url).status_code == 200
    page = url.replace("/api/v1", "")
    for reply in (
        badr.api.get(url),
        badr.api.patch(url, json={"remark": "x"}, headers={"If-Match": "*"}),
        badr.api.delete(url),
        badr.api.post(f"{url}/actions/confirm"),
        badr.http.get(page),
        badr.http.get(f"{page}/edit"),
        badr.http.get(f"{page}/history"),
    ):
        assert reply.status_code == 404, reply.url
    assert badr.api.get(ORDERS).json()["data"] == []
    assert "D-1" not in badr.http.get("/shop/orders").text
    assert "D-1" not in badr.http.get("/shop/orders/export.csv").text
    assert "D-1" in amal.http.get("/shop/orders/export.csv").text


def test_nobody_refers_to_a_record_they_may_not_see(
    admin: Person, hire: Hire, kernel: Kernel, store: Tenant, goods: dict[str, int]
) -> None:
    clerk = hire({"shop.order.read": "all", "shop.order.write": "all", "shop.customer.read": "own"})
    reply = clerk.api.post(ORDERS, json=an_order(goods, "E-1"))
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["field"] == "customer_id"
    with kernel.session(store) as session:
        assert session.scalars(select(Customer).where(Customer.name == "Amal Trading")).one()
