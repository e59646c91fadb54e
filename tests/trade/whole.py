"""A company with the whole of trade, in the words of a story: it buys, stores, sells, and is asked
what stands on its accounts and whether all that must be true is true."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.api import ensure_account
from addons.accounting.options import AccountingOptions
from addons.accounting.services.calendar import ensure_years
from addons.catalog.options import CatalogOptions
from addons.inventory.models import LandedCost, LandedCostLine, LandedCostReceipt, StockCount
from addons.inventory.services.costs.landing import post_landed_cost
from addons.inventory.services.counts.counting import count_goods, count_rest_as_none, start
from addons.inventory.services.counts.plans import create_count
from addons.inventory.services.counts.posting import approve, submit
from addons.inventory.services.ledger.places import stock_location
from core.addons.options import set_options
from core.addons.states import view
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.health import of_tenant
from tenants.testing.tenants import fresh_tenant
from tests.purchases.buying import Buyer
from tests.sales.conftest import Shop

TRADE: Final = ("contacts", "catalog", "inventory", "purchases", "sales")
_NUMBERS = itertools.count(1)


@contextmanager
def company(kernel: Kernel, *addons: str) -> Iterator[Tenant]:
    """A company in dollars with these addons, and with books if accounting is one of them."""
    with fresh_tenant(kernel, f"whole{next(_NUMBERS)}", addons=addons) as tenant:
        with kernel.session(tenant) as session:
            set_options(session, CatalogOptions, currency="USD")
            if "accounting" in addons:
                open_books(session)
        yield tenant


def open_books(session: Session) -> None:
    """A bank account, those for differences of exchange rates, and the year of the story."""
    set_options(session, AccountingOptions, company_currency="USD")
    ensure_account(session, "Assets:Bank", "Bank", "asset", subtype="bank")
    ensure_years(session, [date(2026, 1, 1)])
    choose_exchange_accounts(session)


def choose_exchange_accounts(session: Session) -> None:
    """Accounts for what exchange rates bring and take."""
    ensure_account(session, "Income:Exchange gains", "Exchange gains", "income")
    ensure_account(session, "Expenses:Exchange losses", "Exchange losses", "expense")
    set_options(
        session,
        AccountingOptions,
        exchange_gain_account="Income:Exchange gains",
        exchange_loss_account="Expenses:Exchange losses",
    )


@dataclass
class Whole:
    """Both sides of the trade of one company, and its store between them."""

    session: Session

    def __post_init__(self) -> None:
        self.buyer, self.shop = Buyer(self.session), Shop(self.session)

    def land(self, number: str, amount: str, day: date) -> LandedCost:
        """Freight onto the goods of a receipt."""
        landed = LandedCost(
            day=day,
            lines=[LandedCostLine(label="Freight", amount=Decimal(amount))],
            receipts=[LandedCostReceipt(number=number)],
        )
        self.session.add(landed)
        self.session.flush()
        post_landed_cost(self.session, landed)
        return landed

    def count(self, found: dict[int, Decimal]) -> StockCount:
        """A count of the store that found so many of these products, and nothing else."""
        place = stock_location(self.session)
        count = create_count(self.session, {"location_id": place})
        start(self.session, count)
        for product_id, quantity in found.items():
            count_goods(self.session, count, product_id, quantity, location_id=place)
        count_rest_as_none(self.session, count)
        submit(self.session, count)
        if count.state == "review":
            approve(self.session, count)
        return count

    def receipt_of(self, order_id: int) -> str:
        """The number under which goods of a purchase order came first."""
        found = self.session.scalar(
            text(
                "SELECT min(number) FROM inventory.move WHERE source_type = 'purchases.order'"
                " AND source_id = :order AND valuation_id IS NOT NULL AND reverses_id IS NULL"
            ),
            {"order": order_id},
        )
        return found or ""

    def broken(self) -> list[tuple[str, str]]:
        """The invariants that do not hold, with what they say."""
        self.session.flush()
        found = []
        for owned in view(self.session).all.invariants:
            result = owned.item.check(self.session)
            if not result.holds:
                found.append((owned.item.name, result.detail))
        return found


def balances_of(session: Session) -> dict[str, Decimal]:
    """What stands on each account that was posted to."""
    rows = session.execute(
        text(
            "SELECT account.code, sum(line.amount) FROM accounting.journal_line AS line"
            " JOIN accounting.account ON account.id = line.account_id GROUP BY account.code"
        )
    )
    return {row.code: row.sum for row in rows}


def ailing(kernel: Kernel, tenant: Tenant) -> list[tuple[str, str]]:
    """What `doctor` finds wrong with a company."""
    return [(one.name, one.detail) for one in of_tenant(kernel, tenant) if not one.holds]
