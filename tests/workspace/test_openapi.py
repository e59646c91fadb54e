"""The API describes itself: exactly what the caller can use, and what it then really does."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order, OrderLine, Product
from tests.workspace.conftest import Hire, Person
from tests.workspace.made_up_calls import call, operations

BESIDE = re.compile(r"\{id\}/(notes|activities|attachments)")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@pytest.fixture(scope="module")
def document(admin: Person) -> dict[str, Any]:
    reply = admin.api.get("/api/openapi.json")
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    order = document["components"]["schemas"]["shop.orders"]["properties"]
    assert order["status"]["enum"] == ["draft", "confirmed", "cancelled"]
    assert order["total"]["type"] == "string"
    assert (
        "portal_password" not in document["components"]["schemas"]["shop.customers"]["properties"]
    )
    created = document["components"]["schemas"]["shop.orders.create"]
    assert created["required"] == ["number", "customer_id"]
    assert "total" not in created["properties"]


def test_it_shows_what_the_caller_may_do_and_nothing_else(hire: Hire) -> None:
    clerk = hire({"shop.customer.read": "all"})
    seen = clerk.api.get("/api/openapi.json").json()
    own = {path for path in seen["paths"] if not BESIDE.search(path)}
    assert own == {"/api/v1/shop/customers", "/api/v1/shop/customers/{id}"}
    assert set(seen["paths"]["/api/v1/shop/customers/{id}/notes"]) == {"parameters", "get", "post"}
    assert set(seen["paths"]["/api/v1/shop/customers"]) == {"get"}
    assert "shop.orders" not in seen["components"]["schemas"]
    stranger = hire({"shop.order.confirm": "all"})
    assert "shop" not in stranger.api.get("/api/openapi.json").text


def test_every_described_call_exists(document: dict[str, Any], admin: Person) -> None:
    for path, item in document["paths"].items():
        for method in item.keys() - {"parameters"}:
            reply = admin.api.request(method.upper(), path.replace("{id}", "999999"))
            assert reply.status_code not in (405, 500), (method, path)


def test_the_docs_are_a_page_without_scripts_of_its_own(admin: Person) -> None:
    page = admin.http.get("/api/docs")
    assert page.status_code == 200, page.text
    assert "/api/v1/shop/orders/{id}/actions/confirm" in page.text
    assert "<script>" not in page.text


def test_calls_made_up_from_the_description_are_answered_as_described(
    admin: Person, document: dict[str, Any], kernel: Kernel, store: Tenant
) -> None:
    """Bounded: a few calls of each operation, valid and invalid ones."""
    with kernel.session(store) as session:
        product = Product(code="P", name="Paper", price=Decimal(1))
        customer = Customer(name="Known")
        session.add_all([product, customer])
        session.flush()
        line = OrderLine(product_id=product.id, price=Decimal(1))
        order = Order(number="F-1", customer=customer, date=date(2026, 11, 22), lines=[line])
        session.add(order)
    # What stands beside a record is answered by the same code for all resources.
    shop = {
        path: item
        for path, item in document["paths"].items()
        if "/shop/" in path and ("/orders/" in path or not BESIDE.search(path))
    }
    for operation in operations(document | {"paths": shop}):
        call(operation, admin, times=8, checks=CHECKS)
