"""A real company is brought in by files, through the import wizard's door: master data, opening
stock, orders, and all that came of them. What a file brings is a draft; it is confirmed and posted
as people do it, by ticking it in its list."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import httpx
from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.options import AccountingOptions
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.charts.install import install_chart
from addons.catalog.options import PriceOptions
from addons.inventory.options import InventoryOptions
from addons.vat.options import VatOptions
from core.addons.options import set_options
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.trade.trading_data import Purchase, RealCompany, Row, Sale

TAX = "IN8"
TAX_ACCOUNT = "1400"
_PAID: Final = {"Amount": "amount", "Of the invoice": "parts.amount"}
_TICKED: Final = 4_000
"""Records that are ticked at once."""
_TABLES: Final = {
    "inventory.opening-stock": ("inventory.opening_stock", "state = 'draft'"),
    "purchases.orders": ('purchases."order"', "state = 'draft' AND supplier_reference = ANY (:of)"),
    "purchases.receipts": ("purchases.receipt", "state = 'draft'"),
    "purchases.bills": ("purchases.bill", "state = 'draft'"),
    "purchases.payments": ("purchases.payment", "state = 'draft'"),
    "sales.orders": ("sales.sales_order", "state = 'draft' AND number = ANY (:of)"),
    "sales.deliveries": ("sales.delivery", "state = 'draft'"),
    "sales.invoices": ("sales.invoice", "state = 'draft'"),
    "sales.payments": ("sales.payment", "state = 'draft'"),
}
"""Where the drafts of a resource are that somebody ticks."""
_NOT_DONE: Final = text(
    "SELECT record_id, outcome, note FROM core.batch_item"
    " WHERE batch_id = :batch AND outcome <> 'done' ORDER BY place"
)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A company that comes in: its tenant, and a browser of its administrator."""

    kernel: Kernel
    tenant: Tenant
    client: httpx.Client

    def session(self) -> AbstractContextManager[Session]:
        """A session of the company, as the system."""
        return self.kernel.session(self.tenant)

    def bring(self, resource: str, rows: Iterable[Row], **plan: Any) -> dict[str, int]:
        """Import these rows into a resource; its figures. Fails unless every row came in."""
        url = f"/api/v1/{resource.replace('.', '/')}/imports"
        content = written(list(rows))
        answer = self.client.post(
            url, files={"file": ("list.csv", content)}, data={"plan": json.dumps(plan)}
        )
        assert answer.status_code == 202, answer.text
        work_off(self.kernel, self.tenant)
        found = self.client.get(f"{url}/{answer.json()['id']}").json()
        assert (found["state"], found["problems"], found["failure"]) == ("done", [], None), found
        return found["counts"]

    def press(self, resource: str, action: str, of: Iterable[str] = ()) -> None:
        """Tick the drafts of a resource, or those of these numbers, in the order in which they
        came, and press a button; fails unless it worked for each."""
        table, where = _TABLES[resource]
        with self.session() as session:
            found = text(f"SELECT id FROM {table} WHERE {where} ORDER BY id")
            given = {"of": list(of)} if ":of" in where else {}
            ids = session.scalars(found, given).all()
        url = f"/{resource.replace('.', '/')}/bulk/actions/{action}"
        for start in range(0, len(ids), _TICKED):
            some = ids[start : start + _TICKED]
            form = {"_ids": ",".join(map(str, some)), "_run": "1"}
            answer = self.client.post(url, data=form)
            assert answer.status_code == 303, answer.text
            work_off(self.kernel, self.tenant)
            batch = int(answer.headers["location"].rpartition("/")[2])
            with self.session() as session:
                left = session.execute(_NOT_DONE, {"batch": batch}).all()
            assert left == [], (resource, action, left[:5])


def written(rows: Sequence[Row]) -> bytes:
    """The rows as a file with titles."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def set_up(newcomer: Newcomer, company: RealCompany, method: str) -> None:
    """Books in dollars from the year of the first goods to the last payment, the method by which
    goods are valued, amounts rounded on each line, and sales at any price: they are long agreed."""
    last = max((one.due for one in (*company.sales, *company.purchases)), default=company.begins)
    with newcomer.session() as session:
        set_options(session, AccountingOptions, company_currency="USD")
        set_options(session, InventoryOptions, method=method)
        set_options(session, PriceOptions, below_margin="allow")
        if company.purchase_tax:
            set_options(session, VatOptions, rounding="line")
        install_chart(session, "general")
        years = range(company.begins.year, last.year + 1)
        ensure_years(session, [date(year, 7, 1) for year in years])


def bring_in(newcomer: Newcomer, company: RealCompany) -> dict[str, int]:
    """Import everything, file by file, and let it happen; how many records each file made."""
    made: dict[str, int] = {}

    def bring(resource: str, rows: Iterable[Row], press: str = "", **plan: Any) -> None:
        rows = list(rows)
        if rows:
            made[resource] = newcomer.bring(resource, rows, **plan)["created"]
            if press:
                newcomer.press(resource, press)

    if company.purchase_tax:
        bring("vat.taxes", [_tax(company)])
    bring("contacts.contacts", company.contacts)
    sorts = sorted({str(row["Category"]) for row in company.products})
    bring("catalog.categories", ({"Name": name} for name in sorts))
    bring("catalog.products", company.products)
    bring("inventory.locations", ({"Name": one, "Within": "WH/Stock"} for one in company.places))
    bring("inventory.opening-stock", _opening_rows(company), "post")
    bring("purchases.orders", _purchase_rows(company))
    came = sorted((one for one in company.purchases if one.came), key=_came)
    newcomer.press("purchases.orders", "confirm", [one.number for one in came])
    bring("purchases.receipts", _receipt_rows(came), "post")
    bring("purchases.bills", _bill_rows(came), "post")
    bring("purchases.payments", _supplier_payment_rows(came), "post")
    bring("sales.orders", _sale_rows(company))
    shipped = sorted((one for one in company.sales if one.shipped), key=_shipped)
    newcomer.press("sales.orders", "confirm", [one.number for one in shipped])
    bring("sales.deliveries", _delivery_rows(shipped, company.services), "post")
    bring("sales.invoices", _invoice_rows(shipped), "post")
    bring("sales.payments", _payment_rows(shipped), "post", columns=_PAID)
    return made


def _came(one: Purchase) -> date:
    assert one.came is not None
    return one.came


def _shipped(one: Sale) -> date:
    assert one.shipped is not None
    return one.shipped


def _tax(company: RealCompany) -> Row:
    return {"Code": TAX, "Name": "Tax on purchases", "Side": "purchase",
            "Treatment": "purchase.standard", "Account of the tax": TAX_ACCOUNT,
            "From": "2000-01-01", "Rate in percent": company.purchase_tax}  # fmt: skip


def _opening_rows(company: RealCompany) -> Iterator[Row]:
    for one in company.opening:
        row: Row = {
            "SKU": one.sku,
            "Quantity": one.quantity,
            "Unit cost": one.cost,
            "Day": company.begins,
            "Reference": one.reference,
        }
        if company.places:
            row["Location"] = f"WH/Stock/{one.place}"
        yield row


def _purchase_rows(company: RealCompany) -> Iterator[Row]:
    for order in company.purchases:
        for line in order.lines:
            yield {
                "PO number": order.number,
                "Vendor": order.supplier,
                "Order date": order.day,
                "Due date": order.due,
                "Product": line.sku,
                "Quantity": line.quantity,
                "Price": line.price,
                "Taxes": TAX if company.purchase_tax else "",
            }


def _sale_rows(company: RealCompany) -> Iterator[Row]:
    for order in company.sales:
        for line in order.lines:
            yield {
                "Order ID": order.number,
                "Customer": order.customer,
                "Order date": order.day,
                "Required date": order.due,
                "Product": line.sku,
                "Qty": line.quantity,
                "Unit price": line.price,
                "Discount": line.discount,
            }


def _receipt_rows(came: Sequence[Purchase]) -> Iterator[Row]:
    """What came of each order, and after it what went back of that."""
    for order in came:
        for kind in ("receipt", "return"):
            for line in order.lines:
                quantity = line.received if kind == "receipt" else line.rejected
                if quantity:
                    yield {
                        "PO number": order.number,
                        "Delivery note": f"{order.number} {kind}",
                        "Kind": kind,
                        "Received on": order.came,
                        "Product": line.sku,
                        "Quantity": quantity,
                    }


def _bill_rows(came: Sequence[Purchase]) -> Iterator[Row]:
    for order in came:
        for line in order.lines:
            if line.kept:
                yield {
                    "Bill number": order.number,
                    "Vendor": order.supplier,
                    "PO number": order.number,
                    "Bill date": order.came,
                    "Product": line.sku,
                    "Quantity": line.kept,
                    "Price": line.price,
                }


def _supplier_payment_rows(came: Sequence[Purchase]) -> Iterator[Row]:
    for order in came:
        if any(line.kept for line in order.lines):
            yield {
                "Payment number": order.number,
                "Vendor": order.supplier,
                "Paid on": order.due,
                "Bill number": order.number,
            }


def _delivery_rows(shipped: Sequence[Sale], services: frozenset[str]) -> Iterator[Row]:
    """Services are not delivered."""
    for order in shipped:
        for line in order.lines:
            if line.sku not in services:
                yield {
                    "Order ID": order.number,
                    "Shipped on": order.shipped,
                    "Product": line.sku,
                    "Quantity": line.quantity,
                }


def _invoice_rows(shipped: Sequence[Sale]) -> Iterator[Row]:
    for order in shipped:
        for line in order.lines:
            yield {
                "Invoice number": f"I{order.number}",
                "Customer": order.customer,
                "Invoice date": order.shipped,
                "Order ID": order.number,
                "Product": line.sku,
                "Qty": line.quantity,
                "Unit price": line.price,
                "Discount": line.discount,
            }


def _payment_rows(shipped: Sequence[Sale]) -> Iterator[Row]:
    for order in shipped:
        total = sum((line.net for line in order.lines), Decimal(0))
        if total:
            yield {
                "Receipt number": f"P{order.number}",
                "Customer": order.customer,
                "Paid on": order.due,
                "Invoice number": f"I{order.number}",
                "Amount": total,
                "Of the invoice": total,
            }
