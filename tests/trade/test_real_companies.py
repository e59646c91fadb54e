"""Real companies come in by files and go on trading: a food trader who sells from stock, a bicycle
maker who buys and sells, and a wholesaler of gifts with the log of a web shop.

Everything comes through the import wizard's door: customers, suppliers, products with variants,
places, opening stock, orders to suppliers and of customers, and what came of them on its days:
receipts and returns, bills and what was paid for them, deliveries, invoices and payments. Each file
brings drafts, which are posted as people do it, ticked in their lists. Afterwards each customer,
supplier, product and month has what the source says, the stock has what somebody who knows nothing
of the product works out, and all that doctor looks at holds.

The suite lives through their beginnings. AORABOOKS_WHOLE=1 brings them in whole, which takes
hours.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from addons.inventory.services.valuation.as_of import valuation_as_of
from core.addons.states import view
from core.auth.users import ADMIN_ROLE
from core.kernel import Kernel
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tenants.testing.tenants import fresh_tenant
from tests.trade.adventureworks import read_adventureworks
from tests.trade.bringing_in import Newcomer, bring_in, set_up
from tests.trade.gift_wholesaler import read_gift_wholesaler
from tests.trade.northwind import read_northwind
from tests.trade.stock_oracle import stock_as_of
from tests.trade.trading_data import RealCompany

pytestmark = pytest.mark.real_data

WHOLE: Final = bool(os.environ.get("AORABOOKS_WHOLE"))
_UNTAXED = ("contacts", "catalog", "inventory", "purchases", "sales", "accounting")
_SOLD = text("""
SELECT contact.code, line.sku, date_trunc('month', line.day)::date, sum(line.company_net)
  FROM sales.sold_line AS line JOIN contacts.contact ON contact.id = line.contact_id
 GROUP BY 1, 2, 3
""")
_BILLED = text("""
SELECT contact.code, product.sku, date_trunc('month', bill.date)::date, sum(line.net)
  FROM purchases.bill_line AS line
  JOIN purchases.bill ON bill.id = line.bill_id AND bill.state = 'posted'
  JOIN contacts.contact ON contact.id = bill.contact_id
  JOIN catalog.product ON product.id = line.product_id
 GROUP BY 1, 2, 3
""")
_ORDERED = text("SELECT number, net FROM sales.sales_order")
_ASKED = text('SELECT supplier_reference, net FROM purchases."order"')
_OPEN = text("""
SELECT (SELECT coalesce(sum(total - settled), 0) FROM sales.invoice),
       (SELECT coalesce(sum(open), 0) FROM purchases.bill)
""")


@contextmanager
def living(
    kernel: Kernel, transport: AppTransport, company: RealCompany, slug: str, method: str
) -> Iterator[Newcomer]:
    """The company after everything was brought in and happened; one without taxes does without
    the addon for them."""
    addons = None if company.purchase_tax else _UNTAXED
    with (
        fresh_tenant(kernel, slug, addons=addons) as tenant,
        open_browser(transport, f"{slug}.localhost") as client,
    ):
        sign_in(kernel, tenant, client, (ADMIN_ROLE,))
        newcomer = Newcomer(kernel, tenant, client)
        set_up(newcomer, company, method)
        made = bring_in(newcomer, company)
        assert made["sales.orders"] == len(company.sales)
        assert made.get("purchases.orders", 0) == len(company.purchases)
        yield newcomer


def summed(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], Decimal]:
    """The last of each row, by those before it; nothing is left out."""
    sums: dict[tuple[Any, ...], Decimal] = {}
    for *key, amount in rows:
        sums[tuple(key)] = sums.get(tuple(key), Decimal(0)) + amount
    return {key: amount for key, amount in sums.items() if amount}


def require_totals(session: Session, company: RealCompany) -> None:
    """Orders, invoices and bills come to what the source says, and all of it is paid."""
    assert summed(session.execute(_ORDERED)) == summed(
        (sale.number, line.net) for sale in company.sales for line in sale.lines
    )
    assert summed(session.execute(_ASKED)) == summed(
        (one.number, line.net) for one in company.purchases for line in one.lines
    )
    assert summed(session.execute(_SOLD)) == summed(
        (sale.customer, line.sku, sale.shipped.replace(day=1), line.net)
        for sale in company.sales
        if sale.shipped is not None
        for line in sale.lines
    )
    assert summed(session.execute(_BILLED)) == summed(
        (one.supplier, line.sku, one.came.replace(day=1), line.billed)
        for one in company.purchases
        if one.came is not None
        for line in one.lines
    )
    assert tuple(session.execute(_OPEN).one()) == (0, 0)


def require_stock(session: Session, company: RealCompany, days: Iterable[date], fifo: bool) -> None:
    """At the end of each of these days there is what the source says, worth what was paid."""
    for day in days:
        held = valuation_as_of(session, day)
        products = get_products(session, [one.product_id for one in held])
        found = {products[one.product_id].sku: (one.quantity, one.value) for one in held}
        assert found == stock_as_of(company, day, fifo=fifo), day


def require_sound(session: Session) -> None:
    """Whatever doctor looks at holds."""
    for owned in view(session).all.invariants:
        result = owned.item.check(session)
        assert result.holds, (owned.item.name, result)


def test_a_food_trader_comes_in_and_has_at_the_end_what_the_source_says(
    kernel: Kernel, transport: AppTransport, real_data: Path
) -> None:
    company = read_northwind(real_data / "northwind", None if WHOLE else 40)
    with (
        living(kernel, transport, company, "northwind", "average") as newcomer,
        newcomer.session() as session,
    ):
        require_totals(session, company)
        require_stock(session, company, (date(1996, 7, 31), date(1999, 1, 1)), fifo=False)
        require_sound(session)


def test_a_bicycle_maker_buys_and_sells_first_in_first_out(
    kernel: Kernel, transport: AppTransport, real_data: Path
) -> None:
    company = read_adventureworks(real_data / "adventureworks", None if WHOLE else date(2011, 7, 1))
    with (
        living(kernel, transport, company, "adventure", "fifo") as newcomer,
        newcomer.session() as session,
    ):
        require_totals(session, company)
        days = (date(2011, 4, 30), date(2012, 1, 1), date(2015, 1, 1))
        require_stock(session, company, days, fifo=True)
        require_sound(session)


def test_a_wholesaler_of_gifts_sells_what_the_log_of_its_shop_says(
    kernel: Kernel, transport: AppTransport, real_data: Path
) -> None:
    company = read_gift_wholesaler(real_data / "retail", None if WHOLE else 12)
    with (
        living(kernel, transport, company, "gifts", "fifo") as newcomer,
        newcomer.session() as session,
    ):
        require_totals(session, company)
        require_stock(session, company, (date(2009, 11, 30), date(2010, 12, 31)), fifo=True)
        require_sound(session)
