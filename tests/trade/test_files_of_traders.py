"""A trader brings in what was kept in spreadsheets: products sorted into categories that are not
there yet, and the stock of the first day. The files are sent as programs send them, and sent again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from addons.accounting.options import AccountingOptions
from addons.accounting.services.calendar import ensure_years
from addons.catalog.models import Category, Product
from addons.inventory.models import OpeningStock
from addons.inventory.services.valuation.opening import post_opening
from addons.purchases.models import Bill, Order, Receipt
from addons.sales.models import Delivery, Invoice, Payment, SalesOrder
from core.addons.options import set_options
from core.api import utc_now
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

AsUser = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """One company for the whole file; each test has products of its own."""
    with fresh_tenant(kernel, "traderfiles") as tenant:
        with kernel.session(tenant) as session:
            set_options(session, AccountingOptions, company_currency="USD")
            ensure_years(session, [utc_now().date()])
        yield tenant


@pytest.fixture
def bring(kernel: Kernel, tenant: Tenant, as_user: AsUser) -> Callable[..., dict[str, Any]]:
    """Send a file of a resource and wait for it; what the answer says then."""

    def bring(resource: str, *lines: str, undo: bool = False, **plan: Any) -> dict[str, Any]:
        client, url = as_user(), f"/api/v1/{resource}/imports"
        answer = client.post(
            url,
            files={"file": ("list.csv", "\n".join(lines).encode())},
            data={"plan": json.dumps(plan)},
        )
        assert answer.status_code == 202, answer.text
        own = f"{url}/{answer.json()['id']}"
        work_off(kernel, tenant)
        if undo:
            taken = client.post(f"{own}/undo")
            assert taken.status_code == 202, taken.text
            work_off(kernel, tenant)
        return client.get(own).json()

    return bring


@pytest.fixture
def names(kernel: Kernel, tenant: Tenant) -> Callable[[], set[str]]:
    """What all categories are called in full."""

    def names() -> set[str]:
        with kernel.session(tenant) as session:
            return set(session.scalars(select(Category.full_name)))

    return names


def test_a_file_of_products_makes_the_categories_that_it_names(
    kernel: Kernel, tenant: Tenant, bring: Any, names: Any
) -> None:
    lines = (
        "SKU,Name,Category,Brand",
        "T-1,Inner tube,Spares / Tyres/Tubes,Roller",
        "T-2,Tyre,spares > tyres/tubes,Roller",
        "T-3,Bell,Spares,",
    )
    refused = bring("catalog/products", *lines)
    assert all("There is no such record" in one["detail"] for one in refused["problems"])
    assert len(refused["problems"]) == 5
    assert "Spares" not in names()

    done = bring("catalog/products", *lines, create_missing=["category_id", "brand_id"])
    assert (done["state"], done["problems"]) == ("done", [])
    assert names() >= {"Spares", "Spares / Tyres/Tubes"}
    with kernel.session(tenant) as session:
        found = session.scalars(
            select(Product).where(Product.sku.like("T-%")).order_by(Product.sku)
        )
        assert [one.category and one.category.full_name for one in found] == [
            "Spares / Tyres/Tubes",
            "Spares / Tyres/Tubes",
            "Spares",
        ]


def test_categories_that_an_import_made_go_when_it_is_undone(bring: Any, names: Any) -> None:
    lines = ("SKU,Name,Category", "U-1,Pump,Tools / Pumps / By foot")
    done = bring("catalog/products", *lines, undo=True, create_missing=["category_id"])
    assert done["state"] == "undone"
    assert not {name for name in names() if name.startswith("Tools")}


def test_a_name_cannot_look_like_a_path(bring: Any, as_user: AsUser) -> None:
    done = bring("catalog/categories", "Name", "Left / right")
    assert [one["column"] for one in done["problems"]] == ["Name"]
    assert "stand between a category" in done["problems"][0]["detail"]


def test_opening_stock_that_is_brought_in_twice_is_there_once(
    kernel: Kernel, tenant: Tenant, bring: Any, frozen_time: Any
) -> None:
    bring("catalog/products", "SKU,Name", "O-1,Rice", "O-2,Beans")
    lines = ["SKU,Quantity,Cost", "O-1,10,2.50", "O-2,4,3"]
    counts = bring("inventory/opening-stock", *lines)["counts"]
    assert (counts["created"], counts["unchanged"]) == (2, 0)
    frozen_time(utc_now() + timedelta(days=1))
    lines[2] = "O-2,5,3"
    told = bring("inventory/opening-stock", *lines)
    assert told["problems"] == []
    counts = told["counts"]
    assert (counts["created"], counts["updated"], counts["unchanged"]) == (0, 1, 1)
    with kernel.session(tenant) as session:
        held = session.execute(
            select(Product.sku, OpeningStock.quantity).join_from(
                OpeningStock, Product, Product.id == OpeningStock.product_id
            )
        )
        assert sorted((row[0], row[1]) for row in held) == [("O-1", 10), ("O-2", 5)]
        for one in session.scalars(select(OpeningStock)):
            post_opening(session, one)
    assert bring("inventory/opening-stock", *lines)["counts"]["unchanged"] == 2
    refused = bring("inventory/opening-stock", *lines[:2], "O-2,9,3")
    assert ["can no longer be changed" in one["detail"] for one in refused["problems"]] == [True]


def test_a_product_that_a_file_changes_is_written_once(
    kernel: Kernel, tenant: Tenant, bring: Any
) -> None:
    def held() -> tuple[Any, int]:
        with kernel.session(tenant) as session:
            one = session.scalars(select(Product).where(Product.sku == "W-1")).one()
            return one.sale_price, one.version

    bring("catalog/products", "SKU,Name,Price", "W-1,Nuts,2")
    _, before = held()
    bring("catalog/products", "SKU,Name,Price", "W-1,Nuts,3")
    assert held() == (3, before + 1)


def test_categories_that_are_brought_in_again_stay_as_they_are(bring: Any) -> None:
    lines = ("Name,Inside of", "Garden,", "Seeds,Garden")
    assert bring("catalog/categories", *lines[:2])["counts"]["created"] == 1
    assert bring("catalog/categories", *lines)["counts"]["created"] == 1
    counts = bring("catalog/categories", *lines)["counts"]
    assert (counts["created"], counts["unchanged"]) == (0, 2)


def test_what_came_of_orders_comes_by_files_that_name_orders_and_products(
    kernel: Kernel, tenant: Tenant, bring: Any, as_user: AsUser
) -> None:
    def press(resource: str, action: str, model: Any) -> None:
        with kernel.session(tenant) as session:
            drafts = session.scalars(select(model.id).where(model.state == "draft")).all()
        form = {"_ids": ",".join(map(str, drafts)), "_run": "1"}
        answer = as_user().post(f"/{resource}/bulk/actions/{action}", data=form)
        assert answer.status_code == 303, answer.text
        with kernel.session(tenant) as session:
            states = session.scalars(select(model.state).where(model.id.in_(drafts)))
            assert "draft" not in set(states)

    def said(told: dict[str, Any]) -> list[tuple[int, str]]:
        return [(one["row"], one["column"]) for one in told["problems"]]

    def again(resource: str, lines: tuple[str, ...]) -> None:
        counts = bring(resource, *lines)["counts"]
        assert (counts["created"], counts["updated"], counts["unchanged"]) == (0, 0, 1)

    bring("contacts/contacts", "Number,Name,Customer,Supplier", "C1,Shop,yes,no", "V1,Mill,no,yes")
    bring("catalog/products", "SKU,Name", "F-1,Flour", "F-2,Oats", "F-3,Salt")
    bring("purchases/orders", "PO number,Vendor,Order date,SKU,Quantity,Price",
          "P-1,V1,2026-03-01,F-1,10,2", "P-1,V1,2026-03-01,F-1,5,3", "P-1,V1,2026-03-01,F-2,4,1",
          columns={"SKU": "lines.product_id"})  # fmt: skip
    receipt = ("PO number,Delivery note,Kind,Received on,SKU,Qty",
               "P-1,D-1,receipt,2026-03-02,F-1,10", "P-1,D-1,receipt,2026-03-02,F-1,5",
               "P-1,D-1,receipt,2026-03-02,F-2,4")  # fmt: skip
    assert said(bring("purchases/receipts", *receipt)) == [(2, "PO number")], "not binding yet"
    press("purchases/orders", "confirm", Order)
    wrong = (receipt[0], *receipt[1:], "P-1,D-1,receipt,2026-03-02,F-3,1")
    assert said(bring("purchases/receipts", *wrong)) == [(5, "SKU")], "was not ordered"
    assert bring("purchases/receipts", *receipt, undo=True)["state"] == "undone"
    assert bring("purchases/receipts", *receipt)["counts"]["created"] == 1
    press("purchases/receipts", "post", Receipt)
    again("purchases/receipts", receipt)
    bill = ("Bill number,Vendor,PO number,Bill date,SKU,Qty",
            "B-1,V1,P-1,2026-03-03,F-1,10", "B-1,V1,P-1,2026-03-03,F-1,5",
            "B-1,V1,P-1,2026-03-03,F-2,4")  # fmt: skip
    assert bring("purchases/bills", *bill)["counts"]["created"] == 1
    press("purchases/bills", "post", Bill)
    again("purchases/bills", bill)
    with kernel.session(tenant) as session:
        posted = session.scalars(select(Bill)).one()
        assert (posted.net, posted.match) == (39, "yes"), "each line met its own of the order"
    bring("sales/orders", "Order ID,Customer,Order date,SKU,Qty,Unit price,Discount",
          "S-1,C1,2026-03-04,F-1,6,5,10", "S-1,C1,2026-03-04,F-2,4,2,0",
          columns={"SKU": "lines.product_id"})  # fmt: skip
    press("sales/orders", "confirm", SalesOrder)
    gone = ("Order ID,Shipped on,SKU,Qty", "S-1,2026-03-05,F-1,6", "S-1,2026-03-05,F-2,3")
    assert said(bring("sales/deliveries", *gone, "S-1,2026-03-05,F-3,1")) == [(4, "SKU")]
    assert bring("sales/deliveries", *gone)["counts"]["created"] == 1
    press("sales/deliveries", "post", Delivery)
    again("sales/deliveries", gone)
    with kernel.session(tenant) as session:
        left = session.scalars(select(Delivery)).one()
        assert left.transfer_id is not None
        assert str(left.day) == "2026-03-05"
        assert [(line.quantity, line.value) for line in left.lines] == [(6, 14), (3, 3)]
    asked = ("Invoice number,Customer,Invoice date,Order ID,SKU,Qty",
             "I-1,C1,2026-03-05,S-1,F-1,6", "I-1,C1,2026-03-05,S-1,F-2,3")  # fmt: skip
    named = {"SKU": "lines.product_id"}
    foreign = (asked[0], asked[1], "I-1,C1,2026-03-05,S-9,F-2,3")
    assert said(bring("sales/invoices", *foreign, columns=named)) == [(3, "Order ID")]
    assert bring("sales/invoices", *asked, columns=named)["counts"]["created"] == 1
    press("sales/invoices", "post", Invoice)
    with kernel.session(tenant) as session:
        invoice = session.scalars(select(Invoice)).one()
        order = session.scalars(select(SalesOrder)).one()
        assert (invoice.number, invoice.net) == ("I-1", 33), "at the order's price and discount"
        assert (order.delivery_progress, order.invoice_progress) == ("partly", "partly")
    paid = (
        "Receipt number,Customer,Paid on,Amount,Invoice number,Part",
        "R-1,C1,2026-03-06,20,I-1,20",
    )
    told = bring("sales/payments", *paid, columns={"Amount": "amount", "Part": "parts.amount"})
    assert told["counts"]["created"] == 1
    press("sales/payments", "post", Payment)
    with kernel.session(tenant) as session:
        assert session.scalars(select(Invoice.settled)).one() == 20
