"""What of the stock leaves and what lies: ABC and slow movers, over HTTP, against sums that are
worked out from what was moved alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate

import pytest

from addons.inventory.services.valuation.turnover_tables import abc_report, slow_report
from core.api import Period
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tests.inventory.conftest import DAY, Store
from tests.workspace.conftest import Person, hired

D = Decimal
END = DAY + timedelta(days=200)
SOLD = {"GOLD": (8, 100), "SILVER": (10, 40), "TIN": (15, 10), "CLAY": (30, 1), "DUST": (0, 5)}
"""Of what so many pieces were sold, at which cost; of each there were fifty."""


@pytest.fixture(scope="module")
def person(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    with kernel.session(tenant) as session:
        store = Store(session)
        for place, (sku, (pieces, cost)) in enumerate(SOLD.items()):
            product = store.product("average", sku=sku, name=f"={sku} ore")
            came = store.receive(product, "50", str(cost))
            if pieces:
                store.deliver(product, str(pieces), day=DAY + timedelta(days=30 * (place + 1)))
            if sku == "CLAY":
                # Neither what goes back to a supplier nor what is sold before the days counts.
                store.deliver(product, "5", to="supplier", day=END, reverses_id=came.moves[0].id)
        early = store.product("average", sku="EARLY", name="Early ore")
        store.receive(early, "4", "7", day=DAY - timedelta(days=400))
        store.deliver(early, "4", day=DAY - timedelta(days=300))
        session.commit()
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


def rows_of(person: Person, address: str) -> list[dict[str, str]]:
    """The rows of a page's file."""
    reply = person.http.get(address)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))


def test_abc_goes_by_the_cost_of_what_was_sold(
    person: Person, kernel: Kernel, tenant: Tenant
) -> None:
    rows = rows_of(person, f"/inventory/abc?from={DAY}&to={END}&format=csv")
    costs = {sku: pieces * cost for sku, (pieces, cost) in SOLD.items()}
    whole = sum(costs.values())
    order = sorted(costs, key=lambda sku: -costs[sku])
    running = list(accumulate(costs[sku] for sku in order))
    wanted = [
        (
            sku,
            "C" if not costs[sku] or before * 100 >= whole * 95 else
            "B" if before * 100 >= whole * 80 else "A",
            D(SOLD[sku][0]),
            D(costs[sku]),
            (D(after) * 100 / whole).quantize(D("0.01")),
        )
        for sku, before, after in zip(order, [0, *running], running, strict=False)
    ]  # fmt: skip
    found = [
        (
            row["SKU"],
            row["Class"],
            D(row["Sold"]),
            D(row["Cost of sales"]),
            D(row["Running share"]),
        )
        for row in rows
    ]
    assert found == wanted
    assert [row[1] for row in found] == ["A", "A", "B", "C", "C"]
    assert {row["Product"] for row in rows} == {f"'={sku} ore" for sku in SOLD}, "no formula"
    held = {row["SKU"]: (D(row["In stock"]), D(row["Value"])) for row in rows}
    assert held["GOLD"] == (42, 4200)
    assert held["CLAY"] == (15, 15)
    page = person.http.get(f"/inventory/abc?from={DAY}&to={END}").text
    assert "GOLD" in page
    assert "EARLY" not in page
    stricter = rows_of(person, f"/inventory/abc?from={DAY}&to={END}&a=10&b=20&format=csv")
    assert [row["Class"] for row in stricter] == ["A", "C", "C", "C", "C"]
    with kernel.session(tenant) as session:
        totals = abc_report(session, Period(DAY, END)).totals
        assert totals["Cost of sales"] == {"USD": whole}


def test_slow_movers_are_what_nobody_bought_for_so_long(
    person: Person, kernel: Kernel, tenant: Tenant
) -> None:
    rows = rows_of(person, f"/inventory/slow-movers?day={END}&days=90&format=csv")
    found = {row["SKU"]: (D(row["Value"]), row["Sold last"], int(row["Days"])) for row in rows}
    assert found == {
        "GOLD": (4200, str(DAY + timedelta(days=30)), 170),
        "SILVER": (1600, str(DAY + timedelta(days=60)), 140),
        "TIN": (350, str(DAY + timedelta(days=90)), 110),
        "DUST": (250, "", 200),
    }
    assert [row["SKU"] for row in rows] == ["GOLD", "SILVER", "TIN", "DUST"]
    later = rows_of(person, f"/inventory/slow-movers?day={END}&days=150&format=csv")
    assert [row["SKU"] for row in later] == ["GOLD", "DUST"]
    page = person.http.get(f"/inventory/slow-movers?day={END}&days=150").text
    assert "Never" in page
    assert "SILVER" not in page
    with kernel.session(tenant) as session:
        assert slow_report(session, Period(None, END)).totals == {"Value": {"USD": D(6400)}}


@pytest.mark.parametrize(
    "address",
    [
        "abc?from=2026-04-01&to=2026-03-01",
        "abc?a=96&b=95",
        "abc?a=many",
        "abc?from=yesterday",
        "slow-movers?days=-1",
        "slow-movers?days=999999",
        "slow-movers?day=32",
    ],
)
def test_what_cannot_be_asked_is_answered(person: Person, address: str) -> None:
    assert person.http.get(f"/inventory/{address}").status_code == 422


def test_who_does_not_see_values_sees_neither(
    kernel: Kernel, transport: AppTransport, tenant: Tenant, person: Person
) -> None:
    with ExitStack() as stack:
        keeper = hired(stack, kernel, transport, tenant, {"inventory.stock.view": "all"})
        for page in ("abc", "slow-movers"):
            assert keeper.http.get(f"/inventory/{page}").status_code == 403
