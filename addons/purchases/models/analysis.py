"""What was bought and what is on its way, line by line: the one source of every figure about
purchases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model


class PurchaseLine(Model):
    """A line of a posted bill, or of a debit note with its sign turned: `net` is in the document's
    currency, `company_net` in the company's. A view."""

    __tablename__ = "purchase_line"
    __table_args__ = (
        {
            "schema": "purchases",
            "info": {"runtime": "SELECT", "audit": "none", "view": True},
        },
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bill_id: Mapped[int]
    number: Mapped[str]
    kind: Mapped[str]
    date: Mapped[date]
    contact_id: Mapped[int]
    supplier: Mapped[str]
    branch_id: Mapped[int | None]
    role: Mapped[str]
    product_id: Mapped[int | None]
    label: Mapped[str]
    stock_quantity: Mapped[Decimal]
    net: Mapped[Decimal]
    currency: Mapped[str]
    company_net: Mapped[Decimal]


class OrderItem(Model):
    """A line of an order and where it stands, in the unit of the line: `kept` came and stayed,
    `awaited` is still to come, `unbilled` came and was not billed yet; below zero it was billed
    before it came. A view."""

    __tablename__ = "order_item"
    __table_args__ = (
        {
            "schema": "purchases",
            "info": {"runtime": "SELECT", "audit": "none", "view": True},
        },
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    number: Mapped[str | None]
    date: Mapped[date]
    state: Mapped[str]
    contact_id: Mapped[int]
    supplier: Mapped[str]
    branch_id: Mapped[int | None]
    buyer_id: Mapped[int | None]
    kind: Mapped[str]
    product_id: Mapped[int | None]
    label: Mapped[str]
    supplier_code: Mapped[str]
    expected_on: Mapped[date | None]
    quantity: Mapped[Decimal]
    kept: Mapped[Decimal]
    billed: Mapped[Decimal]
    currency: Mapped[str]
    net: Mapped[Decimal]
    awaited: Mapped[Decimal]
    unbilled: Mapped[Decimal]
    unbilled_net: Mapped[Decimal]


MODELS = (PurchaseLine, OrderItem)
