"""The company's OpenAPI has the till's calls: whoever writes a client finds them there, and what a
till is really answered is what the description says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from openapi_spec_validator import OpenAPIV31SpecValidator

from addons.contacts.services.contacts import create_contact
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport, open_browser
from tenants.testing.tenants import fresh_tenant
from tests.pos.sample_client import SampleTill
from tests.pos.shop import TillShop

Browse = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A shop with books and taxes, for the tests of this file."""
    with fresh_tenant(kernel, "tillcalls", addons=("pos", "vat", "inventory")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def shop(kernel: Kernel, tenant: Tenant, transport: AppTransport) -> Iterator[TillShop]:
    """A company that sells at tills."""
    with open_browser(transport, f"{tenant.slug}.localhost") as http:
        yield TillShop(kernel, tenant, http)


@pytest.fixture
def document(as_user: Browse) -> dict[str, Any]:
    """The description as a manager of tills reads it."""
    answer = as_user("pos.manager").get("/api/openapi.json")
    assert answer.status_code == 200, answer.text
    return answer.json()


def as_described(document: dict[str, Any], method: str, path: str, answer: httpx.Response) -> None:
    """Raises where the answer is not as the description of this call has it."""
    schemathesis.openapi.from_dict(document)[path][method].validate_response(answer)


def told(till: SampleTill, method: str, path: str, **more: Any) -> httpx.Response:
    """What the server answers this till."""
    headers = {"authorization": f"Bearer {till.token}"}
    return till.http.request(method, f"/api/v1/pos/{path}", headers=headers, **more)


def test_the_document_is_valid_and_has_the_calls_of_a_till(document: dict[str, Any]) -> None:
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    calls = {
        (method, path.removeprefix("/api/v1/pos/"))
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters" and operation["tags"] == ["pos"]
    }
    assert calls == {
        ("post", "sync"),
        ("get", "sync/{sync_id}"),
        ("get", "feed"),
        ("get", "receipts/{number}"),
        ("get", "receipts/{number}/pdf"),
        ("post", "receipts/{number}/mail"),
        ("post", "points"),
        ("post", "signing"),
        ("post", "print"),
    }
    sync = document["paths"]["/api/v1/pos/sync"]["post"]
    (scheme,) = sync["security"][0]
    assert "device" in document["components"]["securitySchemes"][scheme]["description"]


def test_what_a_till_is_answered_is_what_the_description_says(
    shop: TillShop, document: dict[str, Any]
) -> None:
    till = shop.till()
    till.open()
    sold = till.sell(shop.line(shop.product()), method=shop.methods["cash"])
    till.add("dance", {})  # unknown: quarantined
    as_described(document, "POST", "/api/v1/pos/sync", till.send())
    shop.book()
    again = till.send([*till.outbox, {**sold, "note": "other"}, {**sold, "seq": 99}, 5])
    as_described(document, "POST", "/api/v1/pos/sync", again)
    statuses = {one["status"] for one in again.json()["results"]}
    assert statuses == {"duplicate", "conflict", "rejected"}
    assert [one["status"] for one in again.json()["waiting"]] == ["quarantined"]

    number = sold["payload"]["number"]
    for method, path, described in (
        ("GET", f"sync/{sold['sync_id']}", "sync/{sync_id}"),
        ("GET", "sync/01JNOBODY", "sync/{sync_id}"),
        ("GET", "feed", "feed"),
        ("GET", f"receipts/{number}", "receipts/{number}"),
        ("GET", f"receipts/{number}/pdf", "receipts/{number}/pdf"),
    ):
        as_described(document, method, f"/api/v1/pos/{described}", told(till, method, path))
    with shop.kernel.session(shop.tenant) as session:
        salma = create_contact(session, {"name": "Salma", "is_customer": True}).id
    for customer, status in ((salma, 200), (10**6, 404)):
        asked = told(till, "POST", "points", json={"customer": customer})
        assert asked.status_code == status
        as_described(document, "POST", "/api/v1/pos/points", asked)
    refused = shop.http.post("/api/v1/pos/sync", json={"operations": []})
    assert refused.status_code == 401
    as_described(document, "POST", "/api/v1/pos/sync", refused)


def test_those_who_bind_devices_read_of_the_calls_and_nobody_else(as_user: Browse) -> None:
    page = as_user("pos.manager").get("/api/docs")
    assert page.status_code == 200
    assert "/api/v1/pos/sync/{sync_id}" in page.text
    assert "/api/v1/pos/sync" not in as_user("pos.reader").get("/api/openapi.json").text
