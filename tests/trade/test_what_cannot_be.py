"""What a trading company asks for and cannot have, as a program or a page asks for it: each is
answered with a sentence that names what is wrong, nothing of it is kept, and doctor is content.

Backdating behind a closed month, returning more than was sold, receiving beyond the tolerance, a
unit or a cost method that is in use, cancelling what was delivered, a currency without a rate, a
serial number sold twice, two people who confirm one order, prices that overlap, and quantities that
are none.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
import pytest

from addons.accounting.services.calendar import period_of, set_period_state
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import DAY, Shop, stocked, whole_company
from tests.trade.whole import ailing

CLOSED = date(2026, 1, 15)
Values = dict[str, Any]


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A company in Riyadh that closed its January; at the end nothing in it is wrong."""
    with whole_company(kernel) as tenant:
        with kernel.session(tenant) as session:
            january = period_of(session, CLOSED)
            assert january is not None
            set_period_state(session, january, "closed", with_drafts=True)
        yield tenant
        assert ailing(kernel, tenant) == []


@dataclass(frozen=True)
class Program:
    """A program that works for an administrator by the API."""

    kernel: Kernel
    tenant: Tenant
    http: httpx.Client

    def new(self, resource: str, **values: Any) -> Values:
        """A new record of a resource."""
        return self._told(self.http.post(f"/api/v1/{resource}", json=values))

    def get(self, resource: str, key: object) -> Values:
        return self._told(self.http.get(f"/api/v1/{resource}/{key}"))

    def page(self, sale: Values, *, quantity: str, lots: str = "", day: str = "") -> httpx.Response:
        """What the page answers that delivers a part of an order."""
        line = self.get("sales/orders", sale["id"])["lines"][0]["id"]
        typed = {f"quantity.{line}": quantity, f"lots.{line}": lots, "day": day or str(DAY)}
        return self.http.post(f"/sales/orders/{sale['id']}/deliver", data=typed)

    def do(self, resource: str, key: object, action: str) -> Values:
        """Run an action of a record."""
        return self._told(self.http.post(f"/api/v1/{resource}/{key}/actions/{action}"))

    def refused(self, status: int, verb: str, path: str, **values: Any) -> str:
        """What is said when this is asked for, which must be refused with this status."""
        as_read = {}
        if verb == "PATCH":
            as_read["If-Match"] = self.http.get(f"/api/v1/{path}").headers["etag"]
        answer = self.http.request(verb, f"/api/v1/{path}", json=values or None, headers=as_read)
        assert answer.status_code == status, answer.text
        return answer.text

    def product(self, held: str = "", **more: Any) -> int:
        """A product that is sold, with so much of it in stock at 4 each."""
        with self.kernel.session(self.tenant) as session:
            product = Shop(session).product("10", **more)
            if held:
                stocked(session, product, held, "4")
            return product

    def contact(self, **part: bool) -> int:
        name = f"Contact {len(self.http.get('/api/v1/contacts/contacts').text)}"
        return self.new("contacts/contacts", name=name, **part)["id"]

    def sold(self, product: int, quantity: str = "3", **more: Any) -> Values:
        """A draft of an order of a product."""
        line = {"product_id": product, "quantity": quantity, "price": "10"}
        customer = self.contact(is_customer=True)
        values = {"contact_id": customer, "day": str(DAY), "lines": [line], **more}
        return self.new("sales/orders", **values)

    def ordered(self, product: int, quantity: str = "10", **more: Any) -> Values:
        """A binding order to a supplier."""
        line = {"product_id": product, "quantity": quantity, "price": "4", **more}
        supplier = self.contact(is_supplier=True)
        made = self.new("purchases/orders", contact_id=supplier, date=str(DAY), lines=[line])
        self.do("purchases/orders", made["id"], "confirm")
        return self.get("purchases/orders", made["id"])

    def _told(self, answer: httpx.Response) -> Values:
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


@pytest.fixture
def program(kernel: Kernel, tenant: Tenant, as_user: Callable[..., httpx.Client]) -> Program:
    return Program(kernel, tenant, as_user())


def test_nothing_gets_behind_a_closed_month(program: Program) -> None:
    product = program.product(held="5")
    order = program.ordered(product)
    drafts = {
        "purchases/receipts": {"order_id": order["id"], "date": str(CLOSED)},
        "inventory/revaluations": {
            "product_id": product, "day": str(CLOSED), "kind": "cost", "unit_cost": "5",
            "reason": "Priced again",
        },
    }  # fmt: skip
    for resource, values in drafts.items():
        made = program.new(resource, **values)
        told = program.refused(409, "POST", f"{resource}/{made['id']}/actions/post")
        assert "2026-01" in told or "January" in told, told
    sale = program.sold(product)
    program.do("sales/orders", sale["id"], "confirm")
    page = program.page(sale, quantity="3", day=str(CLOSED))
    assert page.status_code == 409
    assert program.get("sales/orders", sale["id"])["delivery_progress"] == "nothing"


def test_no_more_comes_back_than_was_sold(program: Program) -> None:
    sale = program.sold(program.product(held="5"))
    program.do("sales/orders", sale["id"], "confirm")
    values = {"order_id": sale["id"], "day": str(DAY)}
    program.refused(409, "POST", "sales/returns", **values)
    program.do("sales/orders", sale["id"], "deliver")
    back = program.new("sales/returns", **values)
    line = {"id": back["lines"][0]["id"], "quantity": "3.5"}
    told = program.refused(422, "PATCH", f"sales/returns/{back['id']}", lines=[line])
    assert "lines.0.quantity" in told
    program.do("sales/returns", back["id"], "receive")
    program.refused(409, "POST", "sales/returns", **values)


def test_beyond_the_tolerance_a_person_is_asked_first(program: Program) -> None:
    order = program.ordered(program.product(), over_tolerance="10")
    line = {"order_line_id": order["lines"][0]["id"], "quantity": "12"}
    receipt = program.new("purchases/receipts", order_id=order["id"], date=str(DAY), lines=[line])
    path = f"purchases/receipts/{receipt['id']}/actions/post"
    assert "11" in program.refused(409, "POST", path)
    assert program.get("purchases/receipts", receipt["id"])["state"] == "draft"


def test_what_is_in_use_keeps_its_unit_and_its_cost_method(program: Program) -> None:
    product = program.product(held="5")
    with program.kernel.session(program.tenant) as session:
        _, dozen = Shop(session).units()
    program.refused(409, "PATCH", f"catalog/products/{product}", unit_id=dozen)
    rule = {"product_id": product, "method": "fifo"}
    told = program.refused(409, "POST", "inventory/stock-rules", **rule)
    assert "revaluation" in told.lower()


def test_what_was_delivered_is_not_cancelled(program: Program) -> None:
    sale = program.sold(program.product(held="5"))
    program.do("sales/orders", sale["id"], "confirm")
    program.do("sales/orders", sale["id"], "deliver")
    program.refused(409, "POST", f"sales/orders/{sale['id']}/actions/cancel")
    order = program.ordered(program.product())
    program.do("purchases/orders", order["id"], "receive")
    program.refused(409, "POST", f"purchases/orders/{order['id']}/actions/cancel")


def test_a_currency_needs_a_rate(program: Program) -> None:
    sale = program.sold(program.product(), currency="JPY")
    told = program.refused(422, "POST", f"sales/orders/{sale['id']}/actions/confirm")
    assert "There is no rate of JPY" in told


def test_a_serial_number_is_sold_once(program: Program) -> None:
    product = program.product(tracking="serial")
    order = program.ordered(product, quantity="1")
    line = {"order_line_id": order["lines"][0]["id"], "quantity": "1", "lots": "SN-1"}
    came = {"order_id": order["id"], "date": str(DAY), "lines": [line]}
    receipt = program.new("purchases/receipts", **came)
    program.do("purchases/receipts", receipt["id"], "post")
    answers = []
    for _ in range(2):
        sale = program.sold(product, "1")
        program.do("sales/orders", sale["id"], "confirm")
        answers.append(program.page(sale, quantity="1", lots="SN-1"))
    assert [answer.status_code for answer in answers] == [303, 409]
    assert "SN-1" in answers[1].text


def test_two_people_who_confirm_one_order_confirm_it_once(
    program: Program, as_user: Callable[..., httpx.Client]
) -> None:
    sale = program.sold(program.product())
    start = threading.Barrier(2)

    def confirm(http: httpx.Client) -> int:
        start.wait(timeout=20)
        return http.post(f"/api/v1/sales/orders/{sale['id']}/actions/confirm").status_code

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(confirm, (program.http, as_user()))) == [200, 409]


def test_prices_do_not_overlap(program: Program) -> None:
    listed = program.new("catalog/price-lists", name="Shops", currency="SAR")["id"]
    rule = {"list_id": listed, "product_id": program.product(), "method": "fixed", "amount": "9"}
    summer = {"valid_from": "2026-06-01", "valid_until": "2026-08-31"}
    program.new("catalog/price-rules", **rule, **summer)
    later = {"valid_from": "2026-08-31", "valid_until": "2026-09-30"}
    program.refused(409, "POST", "catalog/price-rules", **rule, **later)


@pytest.mark.parametrize("quantity", ["-1", "0", "1e15", "NaN"])
def test_quantities_are_possible_numbers(program: Program, quantity: str) -> None:
    product = program.product()
    goods = {"product_id": product, "quantity": quantity}
    line = {**goods, "price": "1"}
    customer, supplier = program.contact(is_customer=True), program.contact(is_supplier=True)
    asked: tuple[tuple[str, Values], ...] = (
        ("sales/orders", {"contact_id": customer, "lines": [line]}),
        ("purchases/orders", {"contact_id": supplier, "date": str(DAY), "lines": [line]}),
        ("inventory/transfers", {"kind": "receipt", "lines": [goods]}),
    )
    for resource, values in asked:
        told = program.refused(422, "POST", resource, **values)
        assert "quantity" in told, (resource, told)
