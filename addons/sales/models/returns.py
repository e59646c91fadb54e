"""Returns: what a customer brings back, or is credited for without bringing it back."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.sales.models.orders import OrderLine, SalesOrder
from core.api import Model, Record, msg

RETURN_STATES: Final = (
    ("draft", msg("Draft")),
    ("received", msg("Received")),
    ("credited", msg("Credited")),
    ("closed", msg("Closed")),
)


class SalesReturn(Record, Model):
    """Goods of one order that come back. With `with_goods` off nothing comes back and a credit note
    is all there is; with `replace`, the same is delivered again and nothing is credited. With
    `to_supplier`, what a supplier had brought himself goes back to him, not into the stock."""

    __tablename__ = "sales_return"

    number: Mapped[str | None] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales.sales_order.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    contact_name: Mapped[str] = mapped_column(default="", server_default="")
    day: Mapped[datetime.date]
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    with_goods: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    replace: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    to_supplier: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), index=True)

    order: Mapped[SalesOrder] = relationship(viewonly=True)
    lines: Mapped[list[ReturnLine]] = relationship(
        back_populates="sales_return",
        cascade="all, delete-orphan",
        order_by="ReturnLine.position, ReturnLine.id",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'received', 'credited', 'closed')", name="state"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="number"),
        CheckConstraint("with_goods OR NOT replace", name="replace"),
        CheckConstraint("with_goods OR NOT to_supplier", name="to_supplier"),
        Index("ix_sales_return_day", "day", "id"),
        {"schema": "sales"},
    )


class ReturnLine(Model):
    """A quantity of an order's line, in that line's unit. `value` is the cost at which the goods
    came back, where inventory says so; `received_stock` what came back, in stock units."""

    __tablename__ = "return_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    return_id: Mapped[int] = mapped_column(
        ForeignKey("sales.sales_return.id", ondelete="CASCADE"), index=True
    )
    order_line_id: Mapped[int] = mapped_column(ForeignKey("sales.order_line.id"), index=True)
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    description: Mapped[str] = mapped_column(default="", server_default="")
    quantity: Mapped[Decimal]
    unit: Mapped[str] = mapped_column(default="", server_default="")
    lots: Mapped[str] = mapped_column(default="", server_default="")
    received_stock: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")
    value: Mapped[Decimal | None]

    sales_return: Mapped[SalesReturn] = relationship(back_populates="lines")
    order_line: Mapped[OrderLine] = relationship(viewonly=True)

    __table_args__ = (
        CheckConstraint("quantity >= 0 AND quantity < 1e12", name="quantity"),
        {"schema": "sales", "info": {"audit": "changes"}},
    )
