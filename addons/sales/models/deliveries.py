"""Deliveries: what left for a customer, and when.

Without inventory they are written and posted here. With it they are entered as it tells of them,
with the value at which the goods left.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.sales.models.orders import OrderLine, SalesOrder
from core.api import Model, Record, msg

DELIVERY_STATES: Final = (("draft", msg("Draft")), ("posted", msg("Delivered")))


class Delivery(Record, Model):
    """Goods of one order that leave together. `transfer_id` is inventory's, where it moved them;
    `supplied_by` and `supplier_order_id` name the order to a supplier who brought them himself."""

    __tablename__ = "delivery"

    number: Mapped[str | None] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales.sales_order.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    contact_name: Mapped[str] = mapped_column(default="", server_default="")
    day: Mapped[datetime.date]
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    carrier: Mapped[str] = mapped_column(default="", server_default="")
    tracking: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="")
    transfer_id: Mapped[int | None]
    supplied_by: Mapped[str] = mapped_column(default="", server_default="")
    supplier_order_id: Mapped[int | None]
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), index=True)

    order: Mapped[SalesOrder] = relationship(viewonly=True)
    lines: Mapped[list[DeliveryLine]] = relationship(
        cascade="all, delete-orphan",
        order_by="DeliveryLine.position, DeliveryLine.id",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'posted')", name="state"),
        CheckConstraint("(state = 'posted') = (number IS NOT NULL)", name="number"),
        Index(
            "uq_delivery_transfer_id",
            "transfer_id",
            "order_id",
            unique=True,
            postgresql_where=text("transfer_id IS NOT NULL"),
        ),
        Index("ix_delivery_day", "day", "id"),
        Index(
            "ix_delivery_supplier_order_id",
            "supplier_order_id",
            postgresql_where=text("supplier_order_id IS NOT NULL"),
        ),
        {"schema": "sales"},
    )


class DeliveryLine(Model):
    """A quantity of an order's line, in that line's unit and in stock units. The product is that
    of the order's line. `lots` names the lots that a draft is to take, where it says so, and
    `value` is what the goods were worth in the company's currency, where inventory says so."""

    __tablename__ = "delivery_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("sales.delivery.id", ondelete="CASCADE"), index=True
    )
    order_line_id: Mapped[int] = mapped_column(ForeignKey("sales.order_line.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"))
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    description: Mapped[str] = mapped_column(default="", server_default="")
    quantity: Mapped[Decimal]
    unit: Mapped[str] = mapped_column(default="", server_default="")
    stock_quantity: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")
    lots: Mapped[str] = mapped_column(default="", server_default="")
    value: Mapped[Decimal | None]

    order_line: Mapped[OrderLine] = relationship(viewonly=True)

    __table_args__ = (
        CheckConstraint("quantity >= 0 AND quantity < 1e12", name="quantity"),
        Index(
            "ix_delivery_line_product_id",
            "product_id",
            postgresql_where=text("product_id IS NOT NULL"),
        ),
        {"schema": "sales", "info": {"audit": "changes"}},
    )
