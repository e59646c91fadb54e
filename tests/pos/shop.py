"""A shop with tills, in the words of a test: what it sells, what it has, and what its books say."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx
from sqlalchemy import select, text

from addons.accounting.options import AccountingOptions
from addons.accounting.services.calendar import ensure_years
from addons.catalog.services.products import create_product
from addons.inventory.services.ledger.places import outside, stock_location
from addons.inventory.services.ledger.posting import post_moves
from addons.inventory.services.ledger.values import MoveDraft
from addons.pos.models import Method, Register
from addons.pos.services.devices.binding import make_code
from addons.pos.services.registers import create_register
from addons.pos.services.setting_up import set_up
from addons.vat.services.install import install
from core.addons.options import set_options
from core.addons.states import view
from core.db.base import utc_now
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.pos.sample_client import SampleTill, line
from tests.sales.conftest import install_chart

_NUMBERS = itertools.count(1)


@dataclass
class TillShop:
    """A company that sells at tills; `tax` is the code of its usual tax."""

    kernel: Kernel
    tenant: Tenant
    http: httpx.Client
    products: list[int] = field(default_factory=list)
    methods: dict[str, int] = field(default_factory=dict)
    tax: str = ""

    def __post_init__(self) -> None:
        today = utc_now().date()
        with self.kernel.session(self.tenant) as session:
            set_options(session, AccountingOptions, company_currency="SAR")
            install_chart(session)
            ensure_years(session, [today.replace(year=today.year - 1), today])
            install(session, "SA")
            set_up(session)
            register = session.scalars(select(Register).order_by(Register.id)).first()
            if register is not None:
                register.currency = "SAR"
            self.methods = {one.kind: one.id for one in session.scalars(select(Method))}
            self.tax = session.scalars(
                text(
                    "SELECT tax.code FROM vat.tax JOIN vat.tax_group_line AS part"
                    " ON part.tax_id = tax.id JOIN vat.tax_group AS grp ON grp.id = part.group_id"
                    " WHERE grp.code = 'standard' AND tax.scope = 'sale'"
                )
            ).one()

    def product(self, price: str = "10.00", stocked: str = "100", **more: Any) -> int:
        """Goods that are sold, and in stock at 4 apiece."""
        values = {
            "name": f"Goods {next(_NUMBERS)}",
            "sale_price": Decimal(price),
            "tax_group": "standard",
            **more,
        }
        with self.kernel.session(self.tenant) as session:
            product_id = create_product(session, values).id
            if Decimal(stocked):
                post_moves(
                    session,
                    [
                        MoveDraft(
                            product_id,
                            outside(session, "opening"),
                            stock_location(session),
                            Decimal(stocked),
                            price=Decimal(4),
                        )
                    ],
                    day=utc_now().date(),
                    number="",
                    reason="Opening",
                )
        self.products.append(product_id)
        return product_id

    def till(self, code: str = "R01", device: str = "Sample till") -> SampleTill:
        """A device that is bound to the register of this code, which is made if need be."""
        return SampleTill.bind(self.http, self.code(code), device)

    def code(self, code: str) -> str:
        """What binds a device to the register of this code, which is made if need be."""
        with self.kernel.session(self.tenant) as session:
            register = session.scalar(select(Register).where(Register.code == code))
            if register is None:
                register = create_register(
                    session, {"code": code, "name": f"Till {code}", "currency": "SAR"}
                )
            return make_code(session, register)

    def line(self, product: int, price: str = "10.00", quantity: str = "1", **more: Any) -> Any:
        """A line with the usual tax."""
        return line(product, price, quantity, tax=self.tax, **more)

    def book(self) -> None:
        """Let the worker do what is due."""
        work_off(self.kernel, self.tenant)

    def count(self, statement: str, **values: Any) -> Any:
        """One figure of the database."""
        with self.kernel.session(self.tenant) as session:
            return session.scalar(text(statement), values)

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of the database."""
        with self.kernel.session(self.tenant) as session:
            return [tuple(row) for row in session.execute(text(statement), values)]

    def balance(self, account: str) -> Decimal:
        """What stands on an account, debits positive."""
        return self.count(
            "SELECT coalesce(sum(line.amount), 0) FROM accounting.journal_line AS line"
            " JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id"
            " JOIN accounting.account ON account.id = line.account_id"
            " WHERE account.code = :code AND entry.state = 'posted'",
            code=account,
        )

    def on_hand(self, product: int) -> Decimal:
        """What there is of a product."""
        found = self.count(
            "SELECT sum(there.quantity) FROM inventory.on_hand AS there"
            " JOIN inventory.location AS place ON place.id = there.location_id"
            " AND place.kind = 'internal' WHERE there.product_id = :product",
            product=product,
        )
        return found or Decimal(0)

    def states(self) -> dict[str, int]:
        """How many operations are in each state."""
        return dict(
            self.rows("SELECT state, count(*) FROM pos.operation GROUP BY state ORDER BY state")
        )  # type: ignore[arg-type]

    def broken(self) -> list[tuple[str, str]]:
        """The invariants that do not hold, with what they say."""
        found = []
        with self.kernel.session(self.tenant) as session:
            for owned in view(session).all.invariants:
                result = owned.item.check(session)
                if not result.holds:
                    found.append((owned.item.name, f"{result.figure} {result.detail}"))
        return found
