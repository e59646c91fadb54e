"""Every button of purchases is pressed as a browser presses it, and what it did is looked at: on
the document itself, and on what it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from addons.purchases.options import PurchasesOptions
from addons.purchases.permissions import APPROVE_ORDERS, ROLES
from addons.purchases.plugin import register_resources
from core.addons.options import set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.purchases.buying import Buyer
from tests.purchases.conftest import ALONE
from tests.workspace.conftest import Person, hired

D = Decimal
DAY = "2026-03-14"
ELSEWHERE = {("used-goods", "last_month"), ("used-goods", "statement")}
"""These need goods that a supplier left in the stock; what they do is in test_goods_left_here."""


@dataclass
class Desk:
    """Somebody with a browser, who writes documents and presses their buttons."""

    person: Person
    supplier: int
    product: int
    pressed: set[tuple[str, str]] = field(default_factory=set)

    def write(self, resource: str, **values: Any) -> dict[str, Any]:
        """A new document."""
        reply = self.person.api.post(f"/api/v1/purchases/{resource}", json=values)
        assert reply.status_code == 201, reply.text
        return reply.json()

    def read(self, resource: str, key: int) -> dict[str, Any]:
        """A document as it is now."""
        reply = self.person.api.get(f"/api/v1/purchases/{resource}/{key}")
        assert reply.status_code == 200, reply.text
        return reply.json()

    def change(self, resource: str, key: int, **values: Any) -> None:
        """Write other values into a document as it is now."""
        url = f"/api/v1/purchases/{resource}/{key}"
        version = {"If-Match": self.person.api.get(url).headers["ETag"]}
        reply = self.person.api.patch(url, json=values, headers=version)
        assert reply.status_code == 200, reply.text

    def newest(self, resource: str) -> dict[str, Any]:
        """The document that was written last."""
        found = self.person.api.get(f"/api/v1/purchases/{resource}?sort=-id&limit=1").json()
        return self.read(resource, found["data"][0]["id"])

    def press(
        self, resource: str, key: int, *buttons: str, by: Person | None = None
    ) -> dict[str, Any]:
        """Press buttons of a document, one after the other; what it is then."""
        for button in buttons:
            url = f"/purchases/{resource}/{key}/actions/{button}"
            reply = (by or self.person).post(url, {})
            assert reply.status_code == 303, (resource, button, reply.status_code, reply.text)
            self.pressed.add((resource, button))
        return self.read(resource, key)

    def order(self, quantity: str = "10", price: str = "5") -> int:
        """A draft of an order."""
        line = {"product_id": self.product, "quantity": quantity, "price": price}
        return self.write("orders", contact_id=self.supplier, date=DAY, lines=[line])["id"]

    def bill(self, order: int, **more: Any) -> int:
        """A draft of a bill of all that came of an order."""
        values = {"contact_id": self.supplier, "order_id": order, "date": DAY, **more}
        return self.write("bills", **values)["id"]


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "buttons", addons=ALONE) as tenant:
        with kernel.session(tenant) as session:
            set_options(session, PurchasesOptions, approvals=True)
        yield tenant


@pytest.fixture(scope="module")
def desk(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Desk]:
    with kernel.session(tenant) as session:
        buyer = Buyer(session)
        supplier, product = buyer.supplier(), buyer.product()
        session.commit()
    with ExitStack() as stack:
        yield Desk(hired(stack, kernel, transport, tenant, None), supplier, product)


@pytest.fixture(scope="module")
def clerk(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    """Who orders, and approves nothing."""
    role = next(role for role in ROLES if role.code == "purchases.buyer")
    rights = dict.fromkeys(set(role.permissions) - {APPROVE_ORDERS.code}, "all")
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, rights)  # type: ignore[arg-type]


def test_every_button_does_what_it_says(desk: Desk, clerk: Person) -> None:
    _requests(desk)
    _quotations(desk)
    _agreements(desk)
    _orders(desk, clerk)
    _bills_and_payments(desk)
    _delegations(desk, clerk)
    declared = {(one.name, action.name) for one in register_resources() for action in one.actions}
    assert desk.pressed | ELSEWHERE == declared


def _requests(desk: Desk) -> None:
    def request() -> int:
        line = {"product_id": desk.product, "quantity": "4", "supplier_id": desk.supplier}
        return desk.write("requests", date=DAY, lines=[line])["id"]

    assert desk.press("requests", request(), "submit", "reject")["state"] == "rejected"
    assert desk.press("requests", request(), "submit", "cancel")["state"] == "cancelled"
    bought = request()
    assert desk.press("requests", bought, "submit", "approve")["state"] == "approved"
    desk.press("requests", bought, "order")
    order = desk.newest("orders")
    assert (order["state"], [D(line["quantity"]) for line in order["lines"]]) == ("draft", [4])
    asked = request()
    desk.press("requests", asked, "submit", "approve", "ask")
    quotation = desk.newest("quotations")
    assert (quotation["state"], D(quotation["lines"][0]["quantity"])) == ("draft", 4)


def _quotations(desk: Desk) -> None:
    def quotation() -> int:
        line = {"product_id": desk.product, "quantity": "3"}
        offers = [{"contact_id": desk.supplier}]
        made = desk.write("quotations", title="Rice", date=DAY, lines=[line], offers=offers)
        return made["id"]

    assert desk.press("quotations", quotation(), "cancel")["state"] == "cancelled"
    declined = quotation()
    assert desk.press("quotations", declined, "send")["state"] == "sent"
    offer = desk.newest("offers")
    assert desk.press("offers", offer["id"], "decline")["state"] == "declined"
    best = quotation()
    desk.press("quotations", best, "send")
    offer = desk.newest("offers")
    answer = [{"id": line["id"], "price": "4.50"} for line in offer["lines"]]
    desk.change("offers", offer["id"], lines=answer)
    assert desk.press("quotations", best, "award")["state"] == "awarded"
    assert D(desk.newest("orders")["net"]) == D("13.50")


def _agreements(desk: Desk) -> None:
    line = {"product_id": desk.product, "price": "3", "quantity": "100"}
    agreement = desk.write(
        "agreements", contact_id=desk.supplier, kind="quantity", start_on="2026-01-01", lines=[line]
    )["id"]
    assert desk.press("agreements", agreement, "activate")["state"] == "active"
    desk.press("agreements", agreement, "call_off")
    order = desk.newest("orders")
    assert (order["agreement_id"], D(order["net"])) == (agreement, 300)
    assert desk.press("agreements", agreement, "close")["state"] == "closed"
    template = desk.write(
        "order-templates",
        name="Every Monday",
        contact_id=desk.supplier,
        lines=[{"product_id": desk.product, "quantity": "7"}],
    )["id"]
    desk.press("order-templates", template, "order")
    assert [D(one["quantity"]) for one in desk.newest("orders")["lines"]] == [7]


def _orders(desk: Desk, clerk: Person) -> None:
    sent_back = desk.order()
    assert desk.press("orders", sent_back, "confirm", by=clerk)["state"] == "to_approve"
    assert desk.press("orders", sent_back, "reject")["state"] == "draft"
    desk.press("orders", sent_back, "confirm", by=clerk)
    assert desk.press("orders", sent_back, "reopen")["state"] == "draft"
    assert desk.press("orders", sent_back, "cancel")["state"] == "cancelled"
    short = desk.order()
    desk.press("orders", short, "confirm", by=clerk)
    assert desk.press("orders", short, "approve")["state"] == "approved"
    lines = [{"order_line_id": desk.read("orders", short)["lines"][0]["id"], "quantity": "6"}]
    receipt = desk.write("receipts", order_id=short, date=DAY, lines=lines)["id"]
    assert desk.press("receipts", receipt, "post")["state"] == "posted"
    assert desk.read("orders", short)["receipt_progress"] == "partial"
    desk.press("orders", short, "close")
    assert desk.read("orders", short)["receipt_progress"] == "full"
    whole = desk.order()
    desk.press("orders", whole, "confirm", by=clerk)
    desk.press("orders", whole, "approve", "receive")
    assert D(desk.read("orders", whole)["lines"][0]["received"]) == 10
    desk.press("orders", whole, "bill")
    assert D(desk.newest("bills")["net"]) == 50


def _bills_and_payments(desk: Desk) -> None:
    order = desk.order()
    desk.press("orders", order, "confirm")
    if desk.read("orders", order)["state"] == "to_approve":
        desk.press("orders", order, "approve")
    desk.press("orders", order, "receive")
    line = desk.read("orders", order)["lines"][0]["id"]
    dearer = [{"order_line_id": line, "quantity": "10", "price": "6"}]
    bill = desk.bill(order, supplier_reference="B-1", lines=dearer)
    posted = desk.press("bills", bill, "post")
    assert (posted["match"], D(posted["open"])) == ("no", 60)
    assert desk.press("bills", bill, "release")["match"] == "released"
    desk.press("bills", bill, "correct")
    note = desk.newest("bills")
    assert (note["kind"], note["corrects_id"], note["state"]) == ("debit_note", bill, "draft")
    less = [{"label": "Allowance", "quantity": "1", "price": "10", "role": "expense"}]
    desk.change("bills", note["id"], lines=less)
    desk.press("bills", note["id"], "post")
    assert D(desk.read("bills", bill)["open"]) == 50, "it is set against the bill that it corrects"
    bonus = desk.write(
        "bills", kind="debit_note", contact_id=desk.supplier, supplier_reference="N-2", date=DAY,
        lines=less,
    )["id"]  # fmt: skip
    assert D(desk.press("bills", bonus, "post")["open"]) == 10
    assert D(desk.press("bills", bonus, "apply")["open"]) == 0
    assert D(desk.read("bills", bill)["open"]) == 40
    ahead = desk.write("payments", contact_id=desk.supplier, date=DAY, amount="30")["id"]
    assert D(desk.press("payments", ahead, "post")["unapplied"]) == 30
    assert D(desk.press("payments", ahead, "apply")["unapplied"]) == 0
    rest = desk.write("payments", contact_id=desk.supplier, date=DAY, amount="10")["id"]
    assert [D(one["amount"]) for one in desk.press("payments", rest, "fill")["lines"]] == [10]
    desk.press("payments", rest, "post")
    assert desk.read("bills", bill)["paid_state"] == "paid"
    assert desk.press("payments", rest, "reverse")["state"] == "reversed"
    assert D(desk.read("bills", bill)["open"]) == 10


def _delegations(desk: Desk, clerk: Person) -> None:
    refused = desk.person.api.post(
        "/api/v1/purchases/delegations",
        json={"to_user_id": clerk.user_id, "start_on": DAY, "end_on": DAY},
    )
    assert refused.status_code == 422, "who may not approve stands in for nobody"
    given = desk.write(
        "delegations",
        from_user_id=clerk.user_id,
        to_user_id=desk.person.user_id,
        start_on=DAY,
        end_on=DAY,
    )
    desk.press("delegations", given["id"], "revoke")
    again = desk.person.post(f"/purchases/delegations/{given['id']}/actions/revoke", {})
    assert again.status_code == 409
