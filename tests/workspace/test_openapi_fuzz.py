"""Programs send whatever the description of the API allows, and much that it does not: they get an
answer that the description names, and never a failure of ours.

Every operation that the administrator is shown is called, those of the books, the jobs and the
imports too, with requests that Schemathesis makes from the document itself. What is described alike
for several resources of an addon is called at one of them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import status_code_conformance

from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order, OrderLine, Product
from tests.workspace.conftest import Person
from tests.workspace.made_up_calls import call, operations, told_apart

REQUESTS = 1
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
    for operation in told_apart(operations(document)):
        for mode in MODES:
            fuzz(operation, mode, admin)
        called += 1
    assert called > 250
    assert any(path.endswith("/imports/{import_id}/undo") for path in document["paths"])


def fuzz(operation: Any, mode: GenerationMode, person: Person) -> None:
    """Some requests of one kind."""
    try:
        call(operation, person, times=REQUESTS, checks=CHECKS, generation_mode=mode)
    except Exception as error:
        # There is no wrong request to an operation that takes nothing.
        if mode is GenerationMode.POSITIVE or "Unsatisfiable" not in type(error).__name__:
            raise
