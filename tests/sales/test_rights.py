"""What a salesperson may not do: other prices, and discounts above the role's. What nobody may:
quantities and prices that cannot be, and changes of what was posted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from addons.sales.models import Invoice, SalesOrder
from addons.sales.options import SalesOptions
from addons.sales.permissions import EDIT_ORDERS, VIEW_ORDERS
from addons.sales.services.confirming import confirm_order, hold
from core.addons.options import set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tests.sales.conftest import Shop
from tests.workspace.conftest import Person, hired

D = Decimal


@pytest.fixture(scope="module")
def goods(kernel: Kernel, tenant: Tenant) -> dict[str, int]:
    """A customer and a product of 10, where 5 % discount is the most."""
    with kernel.session(tenant) as session:
        set_options(session, SalesOptions, discount_limit=D(5))
        shop = Shop(session)
        return {"contact_id": shop.customer(), "product_id": shop.product("10")}


@pytest.fixture(scope="module")
def seller(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    rights = (VIEW_ORDERS.code, EDIT_ORDERS.code, "contacts.contact.view", "catalog.product.view")
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, dict.fromkeys(rights, "all"))


@pytest.fixture(scope="module")
def manager(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


def ordered(person: Person, goods: dict[str, int], **line: str):
    """What the API answers to an order of one line."""
    lines = [{"product_id": goods["product_id"], "quantity": "2", **line}]
    body = {"contact_id": goods["contact_id"], "day": "2026-03-14", "lines": lines}
    return person.api.post("/api/v1/sales/orders", json=body)


def test_prices_and_discounts_are_bounded_by_rights(
    seller: Person, manager: Person, goods: dict[str, int]
) -> None:
    plain = ordered(seller, goods)
    assert (plain.status_code, plain.json()["total"]) == (201, "20.00")
    assert ordered(seller, goods, price="9").status_code == 403
    assert ordered(seller, goods, discount_percent="5").status_code == 201
    refused = ordered(seller, goods, discount_percent="6")
    assert refused.status_code == 403
    assert "5 % at the most" in refused.text
    assert ordered(manager, goods, price="9", discount_percent="50").status_code == 201


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"quantity": "-1"}, "lines.0.quantity"),
        ({"quantity": "0"}, "lines.0.quantity"),
        ({"quantity": "1e12"}, "lines.0.quantity"),
        ({"quantity": "0.5"}, "lines.0.quantity"),
        ({"price": "-1"}, "lines.0.price"),
        ({"discount_percent": "101"}, "lines.0.discount_percent"),
        ({"discount": "21"}, "lines.0.discount"),
    ],
)
def test_what_cannot_be_sold_names_its_field(
    manager: Person, goods: dict[str, int], line: dict[str, str], field: str
) -> None:
    answer = ordered(manager, goods, **line)
    assert answer.status_code == 422, answer.text
    assert field in answer.text


def test_an_order_of_nothing_is_not_confirmed(manager: Person, goods: dict[str, int]) -> None:
    made = manager.api.post("/api/v1/sales/orders", json={"contact_id": goods["contact_id"]})
    answer = manager.api.post(f"/api/v1/sales/orders/{made.json()['id']}/actions/confirm")
    assert answer.status_code == 422
    assert "Nothing is ordered" in answer.text


def test_what_was_posted_is_guarded_by_the_database(session: Session) -> None:
    shop = Shop(session)
    invoice = shop.invoiced(shop.delivered(shop.sold()))
    for statement in (
        "UPDATE sales.invoice SET total = 1 WHERE id = :id",
        "DELETE FROM sales.invoice WHERE id = :id",
        "UPDATE sales.invoice_line SET price = 1 WHERE invoice_id = :id",
        "DELETE FROM sales.invoice_line WHERE invoice_id = :id",
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(statement), {"id": invoice.id})
    assert session.get_one(Invoice, invoice.id).total == 100


def test_an_order_s_bar_shows_that_it_is_on_hold_only_while_it_is(
    kernel: Kernel, tenant: Tenant, manager: Person, goods: dict[str, int]
) -> None:
    order_id = ordered(manager, goods).json()["id"]
    with kernel.session(tenant) as session:
        confirm_order(session, session.get_one(SalesOrder, order_id))
    assert "On hold" not in _bar(manager, order_id)
    with kernel.session(tenant) as session:
        hold(session, session.get_one(SalesOrder, order_id), "Customer moves house")
    assert "On hold" in _bar(manager, order_id)


def _bar(person: Person, order_id: int) -> str:
    page = person.http.get(f"/sales/orders/{order_id}").text
    start = page.index('class="stages"')
    return page[start : page.index("</ol>", start)]
