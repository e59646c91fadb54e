"""Traders who sell: by themselves, and with books, taxes and a warehouse."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import update
from sqlalchemy.orm import Session

from addons.accounting.api import ensure_account
from addons.accounting.models import Account
from addons.accounting.options import AccountingOptions
from addons.accounting.services.calendar import ensure_years
from addons.catalog.api import Expectation, ExpectedLine, MovedLine, Movement, stock, units
from addons.catalog.services.products import create_product
from addons.contacts.services.contacts import create_contact
from addons.sales.models import Invoice, Payment, SalesOrder
from addons.sales.services.confirming import confirm_order
from addons.sales.services.delivering import Wanted, deliver
from addons.sales.services.invoicing import invoice_orders
from addons.sales.services.orders import create_order
from addons.sales.services.payments import pay_invoices
from addons.sales.services.posting import post_invoice
from addons.vat.services.install import install
from core.addons.options import set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.chrome import launched

DAY = date(2026, 3, 14)
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A company that sells and does nothing else: what a test does not commit is gone after it."""
    with fresh_tenant(kernel, f"sales{next(_NUMBERS)}", addons=("sales",)) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of a file."""
    with launched() as browser:
        yield browser


@dataclass
class Shop:
    """A company's trade, in the words of a test."""

    session: Session

    def product(self, price: str = "10", **more: Any) -> int:
        """A product that is sold."""
        name = more.pop("name", f"Product {next(_NUMBERS)}")
        values = {"name": name, "sale_price": Decimal(price), **more}
        return create_product(self.session, values).id

    def weighed(self) -> int:
        """A product that is sold by weight, with VAT."""
        kilogram = next(unit.id for unit in units(self.session).values() if unit.code == "kg")
        return self.product("1", unit_id=kilogram, tax_group="standard")

    def confirmed(self, lines: list[dict[str, Any]], **more: Any) -> SalesOrder:
        """A confirmed order of these lines."""
        return confirm_order(self.session, self.order(*lines, **more))

    def units(self) -> tuple[int, int]:
        """The ids of pieces and dozens."""
        known = {unit.code: unit.id for unit in units(self.session).values()}
        return known["pcs"], known["dozen"]

    def customer(self, **more: Any) -> int:
        """Somebody who buys."""
        name = more.pop("name", f"Customer {next(_NUMBERS)}")
        return create_contact(self.session, {"name": name, "is_customer": True, **more}).id

    def order(
        self, *lines: dict[str, Any], contact_id: int | None = None, **more: Any
    ) -> SalesOrder:
        """A draft of these lines."""
        values = {"day": DAY, "valid_until": date(2099, 1, 1), "lines": list(lines), **more}
        return create_order(self.session, {"contact_id": contact_id or self.customer(), **values})

    def sold(self, quantity: str = "10", price: str = "10", **more: Any) -> SalesOrder:
        """A confirmed order of one product."""
        line = {"product_id": self.product(price), "quantity": Decimal(quantity)}
        return confirm_order(self.session, self.order(line, **more))

    def delivered(self, order: SalesOrder, quantity: str = "") -> SalesOrder:
        """The order after its first line, or all of it, left."""
        some = {order.lines[0].id: Wanted(Decimal(quantity))} if quantity else None
        deliver(self.session, order, some, day=DAY)
        return order

    def invoiced(
        self, order: SalesOrder, basis: Any = "policy", day: date = DAY, **more: Any
    ) -> Invoice:
        """A posted invoice of an order."""
        invoice = invoice_orders(self.session, [order.id], basis, **more)
        invoice.day = day
        return post_invoice(self.session, invoice)

    def paid(self, *invoices: Invoice, amount: str = "") -> Payment:
        """A payment of these invoices."""
        ids = [invoice.id for invoice in invoices]
        return pay_invoices(self.session, ids, amount=Decimal(amount) if amount else None, day=DAY)


@contextmanager
def whole_company(kernel: Kernel, addons: tuple[str, ...] | None = None) -> Iterator[Tenant]:
    """A company in Riyadh with books, taxes and a warehouse, or with these addons alone."""
    with fresh_tenant(kernel, f"sales{next(_NUMBERS)}", addons=addons) as tenant:
        with kernel.session(tenant) as session:
            set_options(session, AccountingOptions, company_currency="SAR")
            install_chart(session)
            ensure_years(session, [DAY, date(2027, 1, 1)])
            install(session, "SA")
        yield tenant


def install_chart(session: Session) -> None:
    """The accounts of a trader, with a bank."""
    for code, kind, use in (
        ("Assets:Bank", "asset", "bank"),
        ("Assets:Customers", "asset", "receivable"),
        ("Liabilities:Suppliers", "liability", "payable"),
    ):
        ensure_account(session, code, code.rpartition(":")[2], kind, subtype=use)  # type: ignore[arg-type]
    session.execute(
        update(Account)
        .where(Account.subtype.in_(("receivable", "payable")))
        .values(reconcilable=True)
    )


def stocked(session: Session, product_id: int, quantity: str, cost: str) -> None:
    """Goods that are in stock, at a cost."""
    keeper = stock(session)
    assert keeper is not None
    source = next(_NUMBERS)
    line = ExpectedLine(1, product_id, Decimal(quantity), Decimal(cost))
    expected = Expectation("tests.supply", source, "T", "receipt", None, DAY, (line,), "SAR")
    keeper.expect(session, expected)
    moved = (MovedLine(1, Decimal(quantity)),)
    keeper.move(session, Movement("tests.supply", source, "receipt", DAY, moved, "all"))


@pytest.fixture
def shop(session: Session) -> Shop:
    """The trade of the test's company."""
    return Shop(session)
