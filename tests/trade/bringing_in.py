"""A real company is brought in by files, through the import wizard's door, and lives through what
happened: goods come and leave on their days, are invoiced, billed and paid."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.options import AccountingOptions
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.charts.install import install_chart
from addons.catalog.models import Product
from addons.inventory.models import OpeningStock
from addons.inventory.options import InventoryOptions
from addons.inventory.services.valuation.opening import post_opening
from addons.purchases.models import Order
from addons.purchases.services.bills.posting import post_bill
from addons.purchases.services.bills.writing import create_bill
from addons.purchases.services.orders.approving import confirm_order as confirm_purchase
from addons.purchases.services.payments.posting import post_payment
from addons.purchases.services.payments.writing import create_payment
from addons.purchases.services.receiving.documents import create_receipt
from addons.purchases.services.receiving.posting import post_receipt
from addons.sales.models import SalesOrder
from addons.sales.services.confirming import confirm_order
from addons.sales.services.delivering import deliver
from addons.sales.services.invoicing import invoice_orders
from addons.sales.services.payments import pay_invoices
from addons.sales.services.posting import post_invoice
from addons.vat.options import VatOptions
from core.addons.options import set_options
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.trade.trading_data import Purchase, PurchaseLine, RealCompany, Row, Sale

TAX = "IN8"
TAX_ACCOUNT = "1400"
_AT_ONCE = 25
"""How many steps are one transaction."""
Step = Callable[[Session], None]


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


def written(rows: Sequence[Row]) -> bytes:
    """The rows as a file with titles."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def set_up(newcomer: Newcomer, company: RealCompany, method: str) -> None:
    """Books in dollars from the year of the first goods to the last payment, the method by which
    goods are valued, and amounts that are rounded on each line."""
    last = max((one.due for one in (*company.sales, *company.purchases)), default=company.begins)
    with newcomer.session() as session:
        set_options(session, AccountingOptions, company_currency="USD")
        set_options(session, InventoryOptions, method=method)
        if company.purchase_tax:
            set_options(session, VatOptions, rounding="line")
        install_chart(session, "general")
        years = range(company.begins.year, last.year + 1)
        ensure_years(session, [date(year, 7, 1) for year in years])


def bring_in(newcomer: Newcomer, company: RealCompany) -> dict[str, int]:
    """Import master data, opening stock and orders; how many records each file made."""
    made: dict[str, int] = {}

    def bring(resource: str, rows: Iterable[Row], **plan: Any) -> None:
        rows = list(rows)
        if rows:
            made[resource] = newcomer.bring(resource, rows, **plan)["created"]

    if company.purchase_tax:
        bring("vat.taxes", [_tax(company)])
    bring("contacts.contacts", company.contacts)
    sorts = sorted({str(row["Category"]) for row in company.products})
    bring("catalog.categories", ({"Name": name} for name in sorts))
    bring("catalog.products", company.products)
    bring("inventory.locations", ({"Name": one, "Within": "WH/Stock"} for one in company.places))
    bring("inventory.opening-stock", _opening_rows(company))
    bring("purchases.orders", _purchase_rows(company))
    bring("sales.orders", _sale_rows(company))
    return made


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


def live_through(newcomer: Newcomer, company: RealCompany) -> None:
    """Post the opening stock, then everything on its day, a few steps in each transaction."""
    with newcomer.session() as session:
        for opening in session.scalars(select(OpeningStock).order_by(OpeningStock.id)):
            post_opening(session, opening)
        known = _Known(
            {row.sku: row.id for row in session.execute(select(Product.sku, Product.id))},
            {row.supplier_reference: row.id for row in session.execute(
                select(Order.supplier_reference, Order.id))},
            {row.number: row.id for row in session.execute(
                select(SalesOrder.number, SalesOrder.id))},
        )  # fmt: skip
    steps = iter(known.steps(company))
    while some := list(islice(steps, _AT_ONCE)):
        with newcomer.session() as session:
            for step in some:
                step(session)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was imported, by the names that the source has for it."""

    products: Mapping[str, int]
    purchases: Mapping[str, int]
    sales: Mapping[str, int]

    def steps(self, company: RealCompany) -> list[Step]:
        """What happens, in the order of the days; on one day goods come before they leave."""
        dated: list[tuple[date, int, Step]] = []
        for purchase in company.purchases:
            if purchase.came is not None:
                dated.append((purchase.came, 0, self._buying(purchase)))
        for sale in company.sales:
            if sale.shipped is not None:
                dated.append((sale.shipped, 1, self._selling(sale)))
        dated.sort(key=lambda one: one[:2])
        return [step for _, _, step in dated]

    def _buying(self, purchase: Purchase) -> Step:
        def buy(session: Session) -> None:
            """Ordered, received, what is rejected sent back, billed and paid."""
            assert purchase.came is not None
            order = confirm_purchase(
                session, session.get_one(Order, self.purchases[purchase.number])
            )
            self._receive(session, order, purchase, "receipt", lambda line: line.received)
            if any(line.rejected for line in purchase.lines):
                self._receive(session, order, purchase, "return", lambda line: line.rejected)
            if not any(line.kept for line in purchase.lines):
                return
            told = {"supplier_reference": purchase.number, "date": purchase.came}
            bill = post_bill(session, create_bill(session, {"order_id": order.id, **told}))
            values = {
                "contact_id": bill.contact_id,
                "date": purchase.due,
                "lines": [{"bill_id": bill.id}],
            }
            post_payment(session, create_payment(session, values))

        return buy

    def _receive(
        self,
        session: Session,
        order: Order,
        purchase: Purchase,
        kind: str,
        much: Callable[[PurchaseLine], Any],
    ) -> None:
        lines = [
            {"order_line_id": line.id, "quantity": much(told)}
            for line, told in zip(order.lines, purchase.lines, strict=True)
            if much(told)
        ]
        values = {"order_id": order.id, "kind": kind, "date": purchase.came, "lines": lines}
        post_receipt(session, create_receipt(session, values))

    def _selling(self, sale: Sale) -> Step:
        def sell(session: Session) -> None:
            """Confirmed, delivered, invoiced and paid; services are not delivered."""
            assert sale.shipped is not None
            order = confirm_order(session, session.get_one(SalesOrder, self.sales[sale.number]))
            if any(line.is_goods for line in order.lines):
                deliver(session, order, day=sale.shipped, key=sale.number)
            invoice = invoice_orders(session, [order.id])
            invoice.day = sale.shipped
            post_invoice(session, invoice)
            if invoice.total:
                pay_invoices(session, [invoice.id], day=sale.due, reference=sale.number)

        return sell
