"""Receipts of what was ordered and returns of it, and the append-only record of both."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.purchases.models.choices import POSTING_STATES, RECEIPT_KINDS, one_of
from addons.purchases.models.orders import Order, OrderLine
from core.api import Model, Record


class Receipt(Record, Model):
    """What came of an order, or was sent back, on a day. `replace` says that the supplier sends
    again what was returned; otherwise it is no longer expected. The branch is that of the order.
    `key` makes one that another addon asks for repeatable."""

    __tablename__ = "receipt"

    number: Mapped[str | None] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="receipt", server_default="receipt")
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    order_id: Mapped[int] = mapped_column(ForeignKey("purchases.order.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), index=True)
    contact_name: Mapped[str] = mapped_column(default="", server_default="")
    date: Mapped[date]
    delivery_note: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    replace: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    key: Mapped[str | None]

    order: Mapped[Order] = relationship()
    lines: Mapped[list[ReceiptLine]] = relationship(
        back_populates="receipt",
        order_by="ReceiptLine.position, ReceiptLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint(one_of("kind", RECEIPT_KINDS), name="kind"),
        CheckConstraint(one_of("state", POSTING_STATES), name="state"),
        Index("ix_receipt_state", "state", "date"),
        Index("uq_receipt_key", "key", unique=True, postgresql_where=text("key IS NOT NULL")),
        {"schema": "purchases"},
    )


class ReceiptLine(Model):
    """How much of an order's line, in the unit of that line. The product is that of the order's
    line. `lots` names lots or serial numbers, each with its quantity where there are several:
    "A1=5, A2=7"."""

    __tablename__ = "receipt_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("purchases.receipt.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    order_line_id: Mapped[int] = mapped_column(ForeignKey("purchases.order_line.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"))
    label: Mapped[str] = mapped_column(default="", server_default="")
    quantity: Mapped[Decimal]
    lots: Mapped[str] = mapped_column(default="", server_default="")

    receipt: Mapped[Receipt] = relationship(back_populates="lines")
    order_line: Mapped[OrderLine] = relationship()

    __table_args__ = (
        UniqueConstraint("receipt_id", "order_line_id"),
        Index(
            "ix_receipt_line_product_id",
            "product_id",
            postgresql_where=text("product_id IS NOT NULL"),
        ),
        CheckConstraint("quantity > 0", name="quantity"),
        {"schema": "purchases"},
    )


class Received(Model):
    """Stock units of an order's line that came (or went back, below zero) on a day. Every quantity
    received comes from here, whether this addon's document or the stock's transfer brought it;
    `source_type` and `source_id` name which."""

    __tablename__ = "received"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("purchases.order.id"), index=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("purchases.order_line.id"), index=True)
    date: Mapped[date]
    stock_quantity: Mapped[Decimal]
    closes: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    source_type: Mapped[str]
    source_id: Mapped[int]
    number: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        UniqueConstraint("source_type", "source_id", "order_line_id"),
        CheckConstraint("stock_quantity <> 0", name="stock_quantity"),
        Index("ix_received_date", "date"),
        {"schema": "purchases", "info": {"runtime": "SELECT, INSERT", "audit": "changes"}},
    )


MODELS = (Receipt, ReceiptLine, Received)
