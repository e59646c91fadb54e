"""A shop that sells: a Saudi chart of accounts and its VAT, a product in stock, and a customer.

Every step of a sale is a transaction of its own, as a person or a program asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import select

from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.charts.install import install_chart
from addons.catalog.api import money_journals
from addons.catalog.models import Unit
from addons.catalog.services.products import create_product
from addons.contacts.api import add_contact
from addons.inventory.services.ledger.places import outside, stock_location
from addons.inventory.services.ledger.posting import post_moves
from addons.inventory.services.ledger.values import MoveDraft
from addons.sales.models import Invoice, Payment, SalesOrder
from addons.sales.services.confirming import confirm_order
from addons.sales.services.delivering import deliver
from addons.sales.services.invoicing import invoice_orders
from addons.sales.services.orders import create_order
from addons.sales.services.payment_drafts import create_payment
from addons.sales.services.payments import post_payment
from addons.sales.services.posting import post_invoice
from addons.vat.services.install import install
from benchmarks.stage import Stage
from core.api import utc_now
from core.auth.actor import SYSTEM
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

PRICE: Final = Decimal("57.50")
COST: Final = Decimal("31.37")


@dataclass(frozen=True, slots=True)
class Shelf:
    """One product, the customer who buys it, and where the money goes."""

    product_id: int
    unit_id: int
    contact_id: int
    till: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Shop:
    """A company that sells one product to one customer, through one till."""

    kernel: Kernel
    tenant: Tenant
    shelf: Shelf

    def sell(self, quantity: int = 1) -> None:
        """A whole sale: ordered, confirmed, delivered, invoiced and paid."""
        order_id = self.order(quantity)
        self.confirm(order_id)
        self.deliver(order_id)
        self.pay(self.invoice(order_id))

    def order(self, quantity: int) -> int:
        """A quotation for some pieces; its id."""
        line = {
            "product_id": self.shelf.product_id,
            "quantity": Decimal(quantity),
            "unit_id": self.shelf.unit_id,
            "price": PRICE,
        }
        with self.kernel.session(self.tenant, actor=SYSTEM) as session:
            values = {"contact_id": self.shelf.contact_id, "lines": [line]}
            return create_order(session, values).id

    def confirm(self, order_id: int) -> None:
        """Make it binding."""
        with self.kernel.session(self.tenant, actor=SYSTEM) as session:
            confirm_order(session, session.get_one(SalesOrder, order_id))

    def deliver(self, order_id: int) -> None:
        """Let its goods leave."""
        with self.kernel.session(self.tenant, actor=SYSTEM) as session:
            deliver(session, session.get_one(SalesOrder, order_id), key="bench")

    def invoice(self, order_id: int) -> int:
        """Invoice what was delivered; the invoice's id."""
        with self.kernel.session(self.tenant, actor=SYSTEM) as session:
            return post_invoice(session, invoice_orders(session, [order_id])).id

    def pay(self, invoice_id: int) -> None:
        """Receive the whole amount in cash."""
        journal, account = self.shelf.till
        with self.kernel.session(self.tenant, actor=SYSTEM) as session:
            amount = session.get_one(Invoice, invoice_id).total
            payment: Payment = create_payment(
                session,
                {
                    "contact_id": self.shelf.contact_id,
                    "amount": amount,
                    "journal": journal,
                    "account": account,
                    "parts": [{"invoice_id": invoice_id, "amount": amount}],
                },
            )
            post_payment(session, payment)


def open_shop(stage: Stage, slug: str, pieces: int) -> Shop:
    """A new company with so many pieces in stock."""
    tenant = stage.tenant(slug)
    today = utc_now().date()
    with stage.kernel.session(tenant, actor=SYSTEM) as session:
        install_chart(session, "saudi_arabia")
        ensure_years(session, [today])
        install(session, "SA")
        unit_id = session.scalars(select(Unit.id).order_by(Unit.id)).first()
        assert unit_id is not None
        product = create_product(
            session,
            {
                "name": "Desk lamp",
                "sku": "LAMP",
                "unit_id": unit_id,
                "tax_group": "standard",
                "sale_price": PRICE,
            },
        )
        customer = add_contact(session, {"name": "Customer", "is_customer": True, "country": "SA"})
        till = next(one for one in money_journals(session) if one.account == "1010")
        session.flush()
        post_moves(
            session,
            [
                MoveDraft(
                    product.id,
                    outside(session, "opening"),
                    stock_location(session),
                    Decimal(pieces),
                    price=COST,
                )
            ],
            day=today,
            number="OPENING",
            reason="Opening stock",
        )
        shelf = Shelf(product.id, unit_id, customer.id, (till.journal, till.account))
    return Shop(stage.kernel, tenant, shelf)
