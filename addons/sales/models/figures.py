"""What lists and tables of sums read: views over posted documents and confirmed orders, made by
migration 0003."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model

VIEW: Final[dict[str, Any]] = {
    "schema": "sales",
    "info": {"runtime": "SELECT", "audit": "none", "view": True},
}
"""How a model says that it only reads a view."""


class SoldLine(Model):
    """A line of a posted invoice; those of credit notes are negative. `quantity` is in stock
    units. `company_net`, `cost` and `margin` are in the company's currency."""

    __tablename__ = "sold_line"
    __table_args__ = (VIEW,)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("sales.invoice.id"))
    number: Mapped[str]
    kind: Mapped[str]
    role: Mapped[str]
    day: Mapped[datetime.date]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    contact_name: Mapped[str]
    salesperson_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("core.team.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.category.id"))
    sku: Mapped[str]
    description: Mapped[str]
    quantity: Mapped[Decimal]
    currency: Mapped[str]
    net: Mapped[Decimal]
    tax: Mapped[Decimal]
    company_net: Mapped[Decimal]
    cost: Mapped[Decimal | None]
    margin: Mapped[Decimal | None]


class BackOrder(Model):
    """Goods of a confirmed order that were not delivered yet; `open_net` is what they come to."""

    __tablename__ = "back_order"
    __table_args__ = (VIEW,)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales.sales_order.id"))
    number: Mapped[str]
    state: Mapped[str]
    day: Mapped[datetime.date]
    deliver_on: Mapped[datetime.date | None]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    contact_name: Mapped[str]
    salesperson_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("core.team.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"))
    sku: Mapped[str]
    description: Mapped[str]
    unit: Mapped[str]
    quantity: Mapped[Decimal]
    delivered: Mapped[Decimal]
    open_quantity: Mapped[Decimal]
    currency: Mapped[str]
    open_net: Mapped[Decimal]


class ToInvoice(Model):
    """What may be invoiced of a confirmed order, and was not; `open_net` is what it comes to."""

    __tablename__ = "to_invoice"
    __table_args__ = (VIEW,)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales.sales_order.id"))
    number: Mapped[str]
    day: Mapped[datetime.date]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    contact_name: Mapped[str]
    salesperson_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("core.team.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"))
    sku: Mapped[str]
    description: Mapped[str]
    unit: Mapped[str]
    open_quantity: Mapped[Decimal]
    currency: Mapped[str]
    open_net: Mapped[Decimal]


class OpenDocument(Model):
    """What a customer still owes on an invoice, or has to his credit: negative then."""

    __tablename__ = "open_document"
    __table_args__ = (VIEW,)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("sales.invoice.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("sales.payment.id"))
    number: Mapped[str]
    reference: Mapped[str]
    day: Mapped[datetime.date]
    due_day: Mapped[datetime.date]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    contact_name: Mapped[str]
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))
    currency: Mapped[str]
    total: Mapped[Decimal]
    open_amount: Mapped[Decimal]
