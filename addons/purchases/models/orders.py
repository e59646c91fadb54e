"""Orders to suppliers, with what has come and what was billed of each line."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.purchases.models.choices import (
    BILL_PROGRESS,
    LINE_KINDS,
    ORDER_STATES,
    RECEIPT_PROGRESS,
    one_of,
)
from core.api import Model, Record

ZERO = Decimal(0)


class Order(Record, Model):
    """What is bought from a supplier. `rate` is what a unit of its currency is worth in the
    company's, fixed with the approval; where no books know it, somebody types it.

    What begins with `for_` names the customer's order that the supplier delivers himself, and the
    customer; `ship_to` is where. With `consigned` it buys goods of the supplier that were used
    already, and nothing is expected of it.

    `receipt_progress` and `bill_progress` follow from the lines and are written with them.
    `open_for_receipt` says whether the rest of the company still expects something.
    """

    __tablename__ = "order"

    number: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    contact_name: Mapped[str] = mapped_column(default="", server_default="")
    supplier_reference: Mapped[str] = mapped_column(default="", server_default="")
    date: Mapped[date]
    expected_on: Mapped[date | None]
    currency: Mapped[str]
    rate: Mapped[Decimal | None]
    buyer_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))
    warehouse: Mapped[str] = mapped_column(default="", server_default="")
    agreement_id: Mapped[int | None] = mapped_column(
        ForeignKey("purchases.agreement.id"), index=True
    )
    terms: Mapped[str] = mapped_column(default="", server_default="")
    for_type: Mapped[str] = mapped_column(default="", server_default="")
    for_id: Mapped[int | None]
    for_number: Mapped[str] = mapped_column(default="", server_default="")
    for_contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.contact.id"), index=True
    )
    ship_to: Mapped[str] = mapped_column(default="", server_default="")
    consigned: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    net: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    tax: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    total: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    company_total: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    receipt_progress: Mapped[str] = mapped_column(default="none", server_default="none")
    bill_progress: Mapped[str] = mapped_column(default="none", server_default="none")
    open_for_receipt: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str] = mapped_column(default="", server_default="")

    lines: Mapped[list[OrderLine]] = relationship(
        back_populates="order",
        order_by="OrderLine.position, OrderLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint(one_of("state", ORDER_STATES), name="state"),
        CheckConstraint(one_of("receipt_progress", RECEIPT_PROGRESS), name="receipt_progress"),
        CheckConstraint(one_of("bill_progress", BILL_PROGRESS), name="bill_progress"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("(for_type = '') = (for_id IS NULL)", name="direct"),
        CheckConstraint("NOT (consigned AND for_id IS NOT NULL)", name="consigned"),
        Index("ix_order_contact_id", "contact_id", "date"),
        Index("ix_order_for", "for_type", "for_id", postgresql_where=text("for_id IS NOT NULL")),
        Index("ix_order_state", "state", "date"),
        {"schema": "purchases"},
    )


class OrderLine(Model):
    """A line of an order. `quantity` and `price` are in the unit of the line, of which one is
    `factor` stock units; whatever begins with `stock_` is in stock units, and adds up exactly.

    `stock_closed` is no longer expected: closed short, or sent back without replacement.
    `received`, `returned` and `billed` say the same in the unit of the line. `approved_price` is
    what a bill is compared with. `for_line_id` is the line of the customer's order that it is for.
    """

    __tablename__ = "order_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(
        ForeignKey("purchases.order.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    kind: Mapped[str] = mapped_column(default="goods", server_default="goods")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    label: Mapped[str] = mapped_column(default="", server_default="")
    supplier_code: Mapped[str] = mapped_column(default="", server_default="")
    quantity: Mapped[Decimal]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.unit.id"))
    factor: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default=text("1"))
    price: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    discount_percent: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    tax_codes: Mapped[str] = mapped_column(default="", server_default="")
    net: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    tax: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    expected_on: Mapped[date | None]
    account: Mapped[str] = mapped_column(default="", server_default="")
    over_tolerance: Mapped[Decimal | None]
    under_tolerance: Mapped[Decimal | None]
    request_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("purchases.request_line.id", ondelete="SET NULL"), index=True
    )
    agreement_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("purchases.agreement_line.id", ondelete="SET NULL"), index=True
    )
    for_line_id: Mapped[int | None]
    stock_quantity: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    stock_received: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    stock_returned: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    stock_closed: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    stock_billed: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    received: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    returned: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    billed: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))

    order: Mapped[Order] = relationship(back_populates="lines")

    __table_args__ = (
        CheckConstraint(one_of("kind", LINE_KINDS), name="kind"),
        CheckConstraint("kind <> 'goods' OR product_id IS NOT NULL", name="goods"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("factor > 0", name="factor"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("discount_percent >= 0 AND discount_percent <= 100", name="discount"),
        CheckConstraint("over_tolerance >= 0", name="over_tolerance"),
        CheckConstraint("under_tolerance BETWEEN 0 AND 100", name="under_tolerance"),
        CheckConstraint(
            "stock_received >= 0 AND stock_returned BETWEEN 0 AND stock_received"
            " AND stock_closed >= 0",
            name="progress",
        ),
        Index(
            "ix_order_line_for_line_id",
            "for_line_id",
            postgresql_where=text("for_line_id IS NOT NULL"),
        ),
        {"schema": "purchases"},
    )

    @property
    def stock_kept(self) -> Decimal:
        """Stock units that came and stayed."""
        return self.stock_received - self.stock_returned

    @property
    def stock_open(self) -> Decimal:
        """Stock units that are still expected."""
        return max(self.stock_quantity - self.stock_closed - self.stock_kept, ZERO)


MODELS = (Order, OrderLine)
