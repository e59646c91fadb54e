"""Suppliers' bills and debit notes to suppliers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.purchases.models.choices import (
    BILL_KINDS,
    BILL_ROLES,
    MATCH_STATES,
    PAID_STATES,
    POSTING_STATES,
    one_of,
)
from addons.purchases.models.orders import Order, OrderLine
from core.api import Model, Record

ZERO = Decimal(0)


class Bill(Record, Model):
    """What a supplier asks for, or a debit note by which he gets less. Posted, it never changes;
    what is paid of it, and whether it should be, goes on beside.

    `match` says whether it should be paid, `reasons` holds the codes of why not, `released_by` who
    let it go all the same. `paid` is what payments and other documents took, `books_paid` of it was
    settled in the books by hand; `open` is the rest of the total, without what is withheld.
    `supplier_reference` is the number on the supplier's paper.
    """

    __tablename__ = "bill"

    number: Mapped[str | None] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="bill", server_default="bill")
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    contact_name: Mapped[str] = mapped_column(default="", server_default="")
    supplier_reference: Mapped[str] = mapped_column(default="", server_default="")
    date: Mapped[date]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("purchases.order.id"), index=True)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("purchases.bill.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))
    currency: Mapped[str]
    rate: Mapped[Decimal | None]
    due_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    net: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    tax: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    total: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    withheld: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    taxes: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'")
    )
    instalments: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'")
    )
    match: Mapped[str] = mapped_column(default="yes", server_default="yes")
    reasons: Mapped[str] = mapped_column(default="", server_default="")
    released_by: Mapped[str] = mapped_column(default="", server_default="")
    released_at: Mapped[datetime | None]
    posted_at: Mapped[datetime | None]
    paid: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    books_paid: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    open: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    paid_state: Mapped[str] = mapped_column(default="open", server_default="open")

    order: Mapped[Order | None] = relationship()
    corrects: Mapped[Bill | None] = relationship(remote_side="Bill.id")
    lines: Mapped[list[BillLine]] = relationship(
        back_populates="bill",
        order_by="BillLine.position, BillLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint(one_of("kind", BILL_KINDS), name="kind"),
        CheckConstraint(one_of("state", POSTING_STATES), name="state"),
        CheckConstraint(one_of("match", MATCH_STATES), name="match"),
        CheckConstraint(one_of("paid_state", PAID_STATES), name="paid_state"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("(state = 'posted') = (number IS NOT NULL)", name="number"),
        CheckConstraint("paid >= 0 AND paid <= greatest(total, 0)", name="paid"),
        Index(
            "uq_bill_supplier_reference",
            "contact_id",
            text("lower(supplier_reference)"),
            unique=True,
            postgresql_where=text("supplier_reference <> '' AND kind = 'bill'"),
        ),
        Index("ix_bill_contact_id", "contact_id", "date"),
        Index("ix_bill_due_on", "paid_state", "due_on"),
        {"schema": "purchases"},
    )


class BillLine(Model):
    """A line of a bill, in the unit of the line. `order_line_id` names what it bills; without one
    the bill itself says what was bought. A landed cost names the order whose goods bear it. An
    advance that is taken off again has a quantity below zero. A line that is `price_only` corrects
    what was asked for goods, and no quantity: it counts none in stock units."""

    __tablename__ = "bill_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    bill_id: Mapped[int] = mapped_column(
        ForeignKey("purchases.bill.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    role: Mapped[str] = mapped_column(default="goods", server_default="goods")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("purchases.order.id"), index=True)
    order_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("purchases.order_line.id"), index=True
    )
    label: Mapped[str] = mapped_column(default="", server_default="")
    # Without defaults here: what nobody says is what the order says.
    quantity: Mapped[Decimal] = mapped_column(server_default=text("1"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.unit.id"))
    factor: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default=text("1"))
    stock_quantity: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    price_only: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    price: Mapped[Decimal] = mapped_column(server_default=text("0"))
    discount_percent: Mapped[Decimal] = mapped_column(server_default=text("0"))
    tax_codes: Mapped[str] = mapped_column(default="", server_default="")
    net: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    tax: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    company_net: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    taxes: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'")
    )

    bill: Mapped[Bill] = relationship(back_populates="lines")
    order_line: Mapped[OrderLine | None] = relationship()

    __table_args__ = (
        CheckConstraint(one_of("role", BILL_ROLES), name="role"),
        CheckConstraint("role <> 'goods' OR product_id IS NOT NULL", name="goods"),
        CheckConstraint("quantity <> 0", name="quantity"),
        CheckConstraint("quantity > 0 OR role IN ('advance', 'rounding')", name="taken_off"),
        CheckConstraint("factor > 0", name="factor"),
        CheckConstraint("discount_percent >= 0 AND discount_percent <= 100", name="discount"),
        {"schema": "purchases"},
    )


MODELS = (Bill, BillLine)
