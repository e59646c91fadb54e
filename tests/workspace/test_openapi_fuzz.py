"""Programs send whatever the description of the API allows, and much that it does not: they get an
answer that the description names, and never a failure of ours.

Every operation that the administrator is shown is called, those of the books, the jobs and the
imports too, with requests that Schemathesis makes from the document itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import status_code_conformance

from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order, OrderLine, Product
from tests.workspace.conftest import Person

REQUESTS = 2
"""Of each operation, valid and invalid ones each; the whole run stays below half a minute."""
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
CHECKS = [not_a_server_error, status_code_conformance]


@pytest.fixture(scope="module")
def document(admin: Person, kernel: Kernel, store: Tenant) -> dict[str, Any]:
    """What the administrator is shown, with a record of each kind to ask for."""
    with kernel.session(store) as session:
        product = Product(code="P", name="Paper", price=Decimal(1))
        customer = Customer(name="Known")
        line = OrderLine(product_id=1, price=Decimal(1))
        session.add_all([product, customer])
        session.flush()
        line.product_id = product.id
        session.add(Order(number="F-1", customer=customer, date=date(2026, 11, 22), lines=[line]))
    sent = {"file": ("list.csv", b"Name\nImported\n")}
    assert admin.api.post("/api/v1/shop/customers/imports", files=sent).status_code == 202
    work_off(kernel, store)
    reply = admin.api.get("/api/openapi.json")
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_no_call_that_can_be_made_up_is_a_failure_of_ours(
    admin: Person, document: dict[str, Any]
) -> None:
    called = 0
    for operation in operations(document):
        for mode in MODES:
            fuzz(operation, mode, admin)
        called += 1
    assert called > 60
    assert any(path.endswith("/imports/{import_id}/undo") for path in document["paths"])


def operations(document: dict[str, Any]) -> Iterator[Any]:
    """All operations, without what would sign each request anew."""
    components = {k: v for k, v in document["components"].items() if k != "securitySchemes"}
    schema = schemathesis.openapi.from_dict(document | {"components": components, "security": []})
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


def fuzz(operation: Any, mode: GenerationMode, person: Person) -> None:
    """Some requests of one kind."""

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=REQUESTS,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    def run(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url=str(person.api.base_url))
        sent.pop("cookies", None)
        if isinstance(sent.get("data"), str | bytes):
            sent["content"] = sent.pop("data")
        if sent.get("files"):
            sent["files"] = [(name, part(value)) for name, value in dict(sent["files"]).items()]
        reply = person.api.request(**sent)
        case.validate_response(Response.from_any(reply), checks=CHECKS)

    try:
        run()
    except Exception as error:
        # There is no wrong request to an operation that takes nothing.
        if mode is GenerationMode.POSITIVE or "Unsatisfiable" not in type(error).__name__:
            raise


def part(value: Any) -> Any:
    """A piece of a form as httpx takes it, whatever was made up."""
    if isinstance(value, tuple):
        return (value[0], part(value[1]), *value[2:])
    return value if isinstance(value, str | bytes) else str(value)
