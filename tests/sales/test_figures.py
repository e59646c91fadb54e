"""What was sold, is still to leave, waits for its invoice and is unpaid: lists, files and reports,
against sums worked out from the story alone, by nothing that the product has."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from addons.sales.services.crediting import credit_invoice
from addons.sales.services.delivering import Wanted, deliver
from addons.sales.services.posting import post_invoice
from core.addons.states import view
from core.api import Period
from core.auth.models import Branch
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tests.sales.conftest import DAY, Shop, stocked, whole_company
from tests.workspace.conftest import Person, hired

D = Decimal
COSTS = {"RICE": 6, "TEA": 11, "OIL": 20}


@dataclass(frozen=True)
class Line:
    """How much of a product was ordered and left, and what a piece costs the customer."""

    sku: str
    ordered: int
    left: int
    price: int


@dataclass(frozen=True)
class Told:
    """An order: whose, at which branch, what of it, what was paid of its invoice (None: not
    invoiced), and whether that was credited."""

    customer: str
    branch: str
    lines: tuple[Line, ...]
    paid: int | None = None
    credited: bool = False

    @property
    def net(self) -> int:
        """What left of it is worth to the customer."""
        return sum(line.left * line.price for line in self.lines)


STORY = (
    Told("Alif", "Riyadh", (Line("RICE", 10, 10, 9), Line("TEA", 4, 4, 15)), paid=150),
    Told("Alif", "Jeddah", (Line("RICE", 7, 3, 10), Line("OIL", 2, 2, 18)), paid=20),
    Told("Ba", "Riyadh", (Line("TEA", 6, 5, 14),)),
    Told("Ba", "Jeddah", (Line("OIL", 3, 3, 30),), paid=0, credited=True),
    Told("Ta", "Riyadh", (Line("OIL", 5, 0, 31),)),
    Told("Ta", "", (Line("RICE", 8, 8, 8),), paid=0),
)


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with whole_company(kernel) as tenant:
        with kernel.session(tenant) as session:
            _live(Shop(session))
            session.commit()
        yield tenant


def _live(shop: Shop) -> None:
    session = shop.session
    branches = {name: Branch(name=name) for name in ("Riyadh", "Jeddah")}
    session.add_all(branches.values())
    session.flush()
    products = {sku: shop.product("1", name=f"Best {sku}", sku=sku) for sku in COSTS}
    for sku, cost in COSTS.items():
        stocked(session, products[sku], "100", str(cost))
    customers = {name: shop.customer(name=name) for name in ("Alif", "Ba", "Ta")}
    for told in STORY:
        lines = [
            {"product_id": products[one.sku], "quantity": D(one.ordered), "price": D(one.price)}
            for one in told.lines
        ]
        branch_id = branches[told.branch].id if told.branch else None
        contact_id = customers[told.customer]
        order = shop.confirmed(lines, contact_id=contact_id, branch_id=branch_id)
        wanted = {
            line.id: Wanted(D(one.left))
            for line, one in zip(order.lines, told.lines, strict=True)
            if one.left
        }
        if wanted:
            deliver(session, order, wanted, day=DAY)
        if told.paid is None:
            continue
        invoice = shop.invoiced(order)
        if told.paid:
            shop.paid(invoice, amount=str(told.paid))
        if told.credited:
            note = credit_invoice(session, invoice, "cancellation")
            note.day = DAY
            post_invoice(session, note)


@pytest.fixture(scope="module")
def owner(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


def rows(person: Person, resource: str) -> list[dict[str, Any]]:
    """All that a list tells programs."""
    reply = person.api.get(f"/api/v1/sales/{resource}?limit=100")
    assert reply.status_code == 200, reply.text
    return reply.json()["data"]


def summed(pairs: Any) -> dict[Any, Decimal]:
    """Sums by key, those of nothing left out."""
    sums: dict[Any, Decimal] = {}
    for key, amount in pairs:
        sums[key] = sums.get(key, D(0)) + D(amount)
    return {key: amount for key, amount in sums.items() if amount}


def sold(key: Callable[[Told, Line], Any], worth: Callable[[Line], int]) -> dict[Any, Decimal]:
    """Sums over what was invoiced for good."""
    return summed(
        (key(told, line), worth(line))
        for told in STORY
        if told.paid is not None and not told.credited
        for line in told.lines
    )


def test_what_was_sold_is_what_was_invoiced_less_what_was_credited(owner: Person) -> None:
    found = rows(owner, "sold-lines")
    assert summed((row["sku"], row["quantity"]) for row in found) == sold(
        lambda told, line: line.sku, lambda line: line.left
    )
    assert summed((row["contact_name"], row["company_net"]) for row in found) == sold(
        lambda told, line: told.customer, lambda line: line.left * line.price
    )
    assert summed((row["sku"], row["margin"]) for row in found) == sold(
        lambda told, line: line.sku, lambda line: line.left * (line.price - COSTS[line.sku])
    )
    page = owner.http.get("/sales/sold-lines?view=by_branch")
    assert page.status_code == 200
    assert "Jeddah" in page.text
    file = owner.http.get("/sales/sold-lines/export.csv").content.decode("utf-8-sig")
    nets = summed((row["Code"], row["Net"]) for row in csv.DictReader(io.StringIO(file)))
    assert nets == sold(lambda told, line: line.sku, lambda line: line.left * line.price)


def test_who_may_not_see_costs_sees_no_margin(
    kernel: Kernel, transport: AppTransport, tenant: Tenant, owner: Person
) -> None:
    with ExitStack() as stack:
        clerk = hired(stack, kernel, transport, tenant, {"sales.invoice.view": "all"})
        found = rows(clerk, "sold-lines")
        assert found
        assert all("margin" not in row and "cost" not in row for row in found)


def test_back_orders_and_what_is_to_be_invoiced_are_the_rest(owner: Person) -> None:
    waiting = rows(owner, "back-orders")
    assert summed(((row["contact_name"], row["sku"]), row["open_quantity"]) for row in waiting) == (
        summed(
            ((told.customer, line.sku), line.ordered - line.left)
            for told in STORY
            for line in told.lines
        )
    )
    assert summed((row["sku"], row["open_net"]) for row in waiting) == summed(
        (line.sku, (line.ordered - line.left) * line.price) for told in STORY for line in told.lines
    )
    asked = rows(owner, "to-invoice")
    assert summed(((row["contact_name"], row["sku"]), row["open_net"]) for row in asked) == summed(
        ((told.customer, line.sku), line.left * line.price)
        for told in STORY
        if told.paid is None or told.credited
        for line in told.lines
    )


def test_open_documents_are_what_nobody_paid_or_credited(owner: Person) -> None:
    found = rows(owner, "open-documents")
    assert summed((row["contact_name"], row["open_amount"]) for row in found) == summed(
        (told.customer, told.net - told.paid)
        for told in STORY
        if told.paid is not None and not told.credited
    )


def test_reports_say_the_same_as_the_lists(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        reports = {owned.item.name: owned.item for owned in view(session).all.reports}

        def told(name: str, column: str) -> dict[Any, Decimal]:
            table = reports[f"sales.{name}"].run(session, Period(DAY, DAY))
            place = table.columns.index(column)
            found = summed((row[0], row[place]) for row in table.rows)
            if name != "open":
                assert table.totals[column] == sum(found.values())
            return found

        def net(line: Line) -> int:
            return line.left * line.price

        assert told("by_customer", "net") == sold(lambda one, line: one.customer, net)
        assert told("by_branch", "net") == sold(lambda one, line: one.branch, net)
        assert told("by_month", "net") == sold(lambda one, line: f"{DAY:%Y-%m}", net)
        assert told("by_product", "net") == sold(lambda one, line: f"Best {line.sku}", net)
        assert told("margins", "margin") == sold(
            lambda one, line: f"Best {line.sku}",
            lambda line: net(line) - line.left * COSTS[line.sku],
        )
        assert told("open", "open") == summed(
            (one.customer, one.net - one.paid)
            for one in STORY
            if one.paid is not None and not one.credited
        )
