"""A trader with a warehouse, and goods that come and go."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.options import AccountingOptions
from addons.accounting.services.calendar import ensure_years
from addons.catalog.services.products import create_product
from addons.inventory.models import CostPool, Lot, StockRule, ValueEntry
from addons.inventory.services.ledger.places import outside, stock_location
from addons.inventory.services.ledger.posting import post_moves
from addons.inventory.services.ledger.values import MoveDraft, Posted, Source
from core.addons.options import set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

ROOT = Path(__file__).parents[2]
DAY = date(2026, 3, 14)
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """One company for a whole file: what a test does not commit is gone after it."""
    with fresh_tenant(kernel, f"stock{next(_NUMBERS)}") as tenant:
        with kernel.session(tenant) as session:
            set_options(session, AccountingOptions, company_currency="USD")
            ensure_years(session, [date(year, 7, 1) for year in range(2010, 2028)])
        yield tenant


@dataclass
class Store:
    """A store in which goods come and go: what a test says in a line."""

    session: Session

    def product(self, method: str = "", **more: Any) -> int:
        """A new product, with a rule of its own where a method or a policy is named."""
        rule = {key: more.pop(key) for key in ("negative", "per_lot") if key in more}
        name = more.pop("name", f"Rice {next(_NUMBERS)}")
        product_id = create_product(self.session, {"name": name, **more}).id
        if method or rule:
            rule = StockRule(product_id=product_id, method=method or None, **rule)
            self.session.add(rule)
            self.session.flush()
        return product_id

    def lot(self, product_id: int, name: str, **more: Any) -> int:
        """A new lot of a product."""
        lot = Lot(product_id=product_id, name=name, **more)
        self.session.add(lot)
        self.session.flush()
        return lot.id

    @property
    def stock(self) -> int:
        """Where the store keeps its goods."""
        return stock_location(self.session)

    def outside(self, purpose: Any) -> int:
        """A location beyond the border."""
        return outside(self.session, purpose)

    def move(self, *drafts: MoveDraft, day: date = DAY, **more: Any) -> Posted:
        """Post moves."""
        source = more.pop("source", Source())
        return post_moves(
            self.session, drafts, day=day, number="T1", reason="Test", source=source, **more
        )

    def receive(
        self, product_id: int, quantity: str | Decimal, price: str | None, **more: Any
    ) -> Posted:
        """Goods from a supplier."""
        keep = {key: more.pop(key) for key in ("day", "source") if key in more}
        cost = None if price is None else Decimal(price)
        draft = MoveDraft(
            product_id,
            self.outside(more.pop("from_", "supplier")),
            more.pop("to_id", None) or self.stock,
            Decimal(quantity),
            price=cost,
            **more,
        )
        return self.move(draft, **keep)

    def deliver(self, product_id: int, quantity: str | Decimal, **more: Any) -> Posted:
        """Goods to a customer."""
        keep = {key: more.pop(key) for key in ("day", "source") if key in more}
        draft = MoveDraft(
            product_id,
            more.pop("from_id", None) or self.stock,
            self.outside(more.pop("to", "customer")),
            Decimal(quantity),
            **more,
        )
        return self.move(draft, **keep)

    def held(self, product_id: int) -> tuple[Decimal, Decimal]:
        """How many pieces there are of a product, and what they are worth."""
        sums = select(func.sum(CostPool.quantity), func.sum(CostPool.value))
        row = self.session.execute(sums.where(CostPool.product_id == product_id)).one()
        return row[0] or Decimal(0), row[1] or Decimal(0)

    def roles(self, product_id: int) -> dict[str, Decimal]:
        """What was posted of a product, by role."""
        sums = select(ValueEntry.role, func.sum(ValueEntry.amount))
        rows = self.session.execute(
            sums.where(ValueEntry.product_id == product_id).group_by(ValueEntry.role)
        )
        return {role: amount for role, amount in rows if amount}


@pytest.fixture
def store(session: Session) -> Store:
    """A store whose doings are gone after the test, unless it commits them."""
    return Store(session)


def category(session: Session, name: str) -> int:
    """A new category."""
    from addons.catalog.services.categories import create_category

    return create_category(session, {"name": f"{name} {next(_NUMBERS)}"}).id


def rule_of(session: Session, product_id: int) -> StockRule:
    """The rule of a product."""
    return session.scalars(select(StockRule).where(StockRule.product_id == product_id)).one()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with the real data; script/test leaves these tests out where it is absent."""
    shared = Path(os.environ.get("AORABOOKS_SHARED", ROOT.parent / "shared"))
    if not (shared / "data").is_dir():
        pytest.fail(f"no real data at {shared}: set AORABOOKS_SHARED, or use script/test")
    return shared / "data"
