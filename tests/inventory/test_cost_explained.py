"""“Explain this cost” adds up: what receipts cost when they came, what dearer bills and freight put
onto them, and what is left of them, are what the stock is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from itertools import count

import pytest

from addons.contacts.api import add_contact
from addons.inventory.models import LandedCost, LandedCostLine, LandedCostReceipt
from addons.inventory.services.costs.bill_lines import Bill, BillGoods, take_in
from addons.inventory.services.costs.landing import post_landed_cost
from addons.inventory.services.ledger.values import Source
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tests.inventory.conftest import DAY, Store
from tests.workspace.conftest import Person, hired

D = Decimal
_IDS = count(1)


@pytest.fixture(scope="module")
def keeper(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


def _bought(store: Store, product: int, supplier: int, quantity: str, price: str, net: str) -> None:
    """Goods that came for one price and were billed for another."""
    order = next(_IDS)
    source = Source("purchases.order", order)
    store.receive(product, quantity, price, source=source, source_line_id=1)
    bill = Bill(next(_IDS), "B", DAY, supplier, None, "USD", D(1), back=False)
    take_in(store.session, bill, [BillGoods(1, order, 1, product, D(quantity), D(net))])


def _carried(store: Store, amount: str) -> None:
    """Freight onto everything that came."""
    freight = LandedCost(
        day=DAY,
        lines=[LandedCostLine(label="Freight", amount=D(amount), split_by="quantity")],
        receipts=[LandedCostReceipt(number="T1")],
    )
    store.session.add(freight)
    store.session.flush()
    post_landed_cost(store.session, freight)


def _figures(page: str, section: str) -> list[list[Decimal]]:
    """The figures of each row of a section's table, as they are shown."""
    table = page[page.index(f'id="{section}"') :].partition("</table>")[0]
    rows = [re.findall(r'"num"><bdi>([^<]+)<', row) for row in table.split("<tr>")]
    return [[D(one.replace(",", "")) for one in row] for row in rows if row]


def _worth(page: str) -> Decimal:
    told = re.search(r"are worth ([\d,.]+) USD", page)
    assert told is not None, page
    return D(told[1].replace(",", ""))


def test_layers_bills_and_freight_add_up_to_the_cost(
    kernel: Kernel, tenant: Tenant, keeper: Person
) -> None:
    with kernel.session(tenant) as session:
        store = Store(session)
        mill = add_contact(session, {"name": "Mill"}).id
        products = {method: store.product(method) for method in ("fifo", "average")}
        for product in products.values():
            _bought(store, product, mill, "10", "10", "115")
            _bought(store, product, mill, "20", "11", "220")
        _carried(store, "60")
    for product in products.values():
        page = keeper.http.get(f"/inventory/products/{product}/cost").text
        layers, added = _figures(page, "layers"), _figures(page, "added")
        # Came, cost when it came, bills, freight, left, cost of a piece.
        assert layers == [
            [D(10), D("100.00"), D("15.00"), D("10.00"), D(10), D("12.50")],
            [D(20), D("220.00"), D("0.00"), D("20.00"), D(20), D("12.00")],
        ]
        assert _worth(page) == sum(cost + bills + freight for _, cost, bills, freight, *_ in layers)
        assert sorted(added) == [[D("10.00")] * 2, [D("15.00")] * 2, [D("20.00")] * 2]
        assert sum(amount for amount, _ in added) == 45
    with kernel.session(tenant) as session:
        for product in products.values():
            Store(session).deliver(product, "4")
    fifo = keeper.http.get(f"/inventory/products/{products['fifo']}/cost").text
    left = _figures(fifo, "layers")
    assert _worth(fifo) == sum(row[4] * row[5] for row in left) == 6 * D("12.50") + 240
    average = keeper.http.get(f"/inventory/products/{products['average']}/cost").text
    assert _worth(average) == (365 * D(26) / 30).quantize(D("0.01"))
    assert "all pieces cost the same" in average
