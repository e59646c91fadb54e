"""Quotations and orders: one document that is drafted, sent, and confirmed or lost.

Quantities of a line are in its own unit, of which one is `factor` stock units (`stock_digits`
decimals). What moved is kept in stock units too, so that a dozen that leaves in single pieces ends
as exactly one dozen.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.sales.models.settings import LostReason, QuoteTemplate
from core.api import Model, Record, msg

Titles = tuple[tuple[str, str], ...]
ORDER_STATES: Final[Titles] = (
    ("draft", msg("Draft")),
    ("sent", msg("Sent")),
    ("confirmed", msg("Confirmed")),
    ("held", msg("On hold")),
    ("done", msg("Done")),
    ("lost", msg("Lost")),
    ("cancelled", msg("Cancelled")),
)
LINE_KINDS: Final[Titles] = (
    ("product", msg("Product")),
    ("option", msg("Option")),
    ("section", msg("Section")),
    ("note", msg("Note")),
)
INVOICE_POLICIES: Final[Titles] = (
    ("delivered", msg("What was delivered")),
    ("ordered", msg("What was ordered")),
)
SUPPLIES: Final[Titles] = (
    ("stock", msg("From stock")),
    ("direct", msg("Directly by a supplier")),
)
PROGRESS: Final[Titles] = (
    ("nothing", msg("Nothing")),
    ("partly", msg("Partly")),
    ("all", msg("All")),
)
ZERO: Final = Decimal(0)


class SalesOrder(Record, Model):
    """A quotation, and the order that it becomes. It gets its number when it is sent or confirmed.

    `rate` is what one unit of the currency is worth in the company's; None until a rate is known.
    `margin` is in the document's currency. `quote_version` counts what was sent or amended.
    """

    __tablename__ = "sales_order"

    number: Mapped[str | None] = mapped_column(unique=True)
    quote_version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    day: Mapped[datetime.date]
    valid_until: Mapped[datetime.date | None]
    deliver_on: Mapped[datetime.date | None]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    contact_name: Mapped[str] = mapped_column(default="", server_default="")
    reference: Mapped[str] = mapped_column(default="", server_default="")
    currency: Mapped[str]
    rate: Mapped[Decimal | None]
    salesperson_id: Mapped[int | None] = mapped_column(
        ForeignKey("core.user_account.id"), index=True
    )
    team_id: Mapped[int | None] = mapped_column(ForeignKey("core.team.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), index=True)
    warehouse_id: Mapped[int | None]
    warehouse: Mapped[str] = mapped_column(default="", server_default="")
    template_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.quote_template.id", ondelete="SET NULL"), index=True
    )
    invoice_policy: Mapped[str] = mapped_column(default="delivered", server_default="delivered")
    discount_percent: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    discount: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    net: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    tax: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    total: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    margin: Mapped[Decimal | None]
    delivery_progress: Mapped[str] = mapped_column(default="nothing", server_default="nothing")
    invoice_progress: Mapped[str] = mapped_column(default="nothing", server_default="nothing")
    invoiced_total: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    coupon_codes: Mapped[str] = mapped_column(default="", server_default="")
    with_promotions: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    terms: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="")
    credit_reason: Mapped[str] = mapped_column(default="", server_default="")
    hold_reason: Mapped[str] = mapped_column(default="", server_default="")
    lost_reason_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.lost_reason.id"), index=True
    )
    lost_note: Mapped[str] = mapped_column(default="", server_default="")
    confirmed_at: Mapped[datetime.datetime | None]
    source_type: Mapped[str | None]
    source_id: Mapped[str | None]

    lost_reason: Mapped[LostReason | None] = relationship(viewonly=True)
    template: Mapped[QuoteTemplate | None] = relationship(viewonly=True)
    lines: Mapped[list[OrderLine]] = relationship(
        back_populates="order",
        cascade="all, delete-orphan",
        order_by="OrderLine.position, OrderLine.id",
        passive_deletes=True,
    )
    instalments: Mapped[list[OrderInstalment]] = relationship(
        cascade="all, delete-orphan",
        order_by="OrderInstalment.position, OrderInstalment.id",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'sent', 'confirmed', 'held', 'done', 'lost', 'cancelled')",
            name="state",
        ),
        CheckConstraint(
            "state IN ('draft', 'lost', 'cancelled') OR number IS NOT NULL", name="number"
        ),
        CheckConstraint("invoice_policy IN ('delivered', 'ordered')", name="invoice_policy"),
        CheckConstraint("delivery_progress IN ('nothing', 'partly', 'all')", name="delivery"),
        CheckConstraint("invoice_progress IN ('nothing', 'partly', 'all')", name="invoicing"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("discount_percent BETWEEN 0 AND 100", name="discount_percent"),
        CheckConstraint("discount >= 0", name="discount"),
        CheckConstraint("num_nonnulls(source_type, source_id) IN (0, 2)", name="source"),
        Index("ix_sales_order_day", "day", "id"),
        Index("ix_sales_order_state", "state", "day", "id"),
        Index(
            "uq_sales_order_source",
            "source_type",
            "source_id",
            unique=True,
            postgresql_where=text("source_type IS NOT NULL"),
        ),
        {"schema": "sales"},
    )

    @property
    def is_open(self) -> bool:
        """Whether it is binding and goes on: goods may leave, invoices may be written."""
        return self.state in ("confirmed", "done")

    @property
    def is_quotation(self) -> bool:
        """Whether nothing is binding yet."""
        return self.state in ("draft", "sent")


class OrderLine(Model):
    """A line: something that is sold, an option that the customer may take, a heading or a note.

    `price_why` says where the price came from, `discount_why` where the discount did. `taxes` are
    codes of taxes with a blank between them. `shared_discount` is the line's part of the discount
    on the document. `supply` says whether goods leave a warehouse, or come from a supplier without
    touching one. `cost` is what a stock unit cost when the line was written, in the company's
    currency. `returned` came back; `replaced_stock` came back to be delivered again, and counts as
    not delivered; `credited` was paid back although it did not come back.
    """

    __tablename__ = "order_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(
        ForeignKey("sales.sales_order.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    kind: Mapped[str] = mapped_column(default="product", server_default="product")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    sku: Mapped[str] = mapped_column(default="", server_default="")
    is_goods: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    description: Mapped[str] = mapped_column(default="", server_default="")
    quantity: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.unit.id"))
    unit: Mapped[str] = mapped_column(default="", server_default="")
    factor: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default="1")
    stock_digits: Mapped[int] = mapped_column(Integer, default=6, server_default="6")
    price: Mapped[Decimal]
    price_why: Mapped[str] = mapped_column(default="", server_default="")
    discount_percent: Mapped[Decimal]
    discount: Mapped[Decimal]
    discount_why: Mapped[str] = mapped_column(default="", server_default="")
    promotion_discount: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    shared_discount: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    taxes: Mapped[str] = mapped_column(default="", server_default="")
    net: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    tax: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    cost: Mapped[Decimal | None]
    supply: Mapped[str] = mapped_column(default="stock", server_default="stock")
    delivered_stock: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    delivered: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    returned_stock: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    returned: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    replaced_stock: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    invoiced: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    credited: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")

    order: Mapped[SalesOrder] = relationship(back_populates="lines")

    __table_args__ = (
        CheckConstraint("kind IN ('product', 'option', 'section', 'note')", name="kind"),
        CheckConstraint("quantity >= 0 AND quantity < 1e12", name="quantity"),
        CheckConstraint("factor > 0", name="factor"),
        CheckConstraint("supply IN ('stock', 'direct')", name="supply"),
        CheckConstraint("price >= 0 AND price < 1e15", name="price"),
        CheckConstraint("discount_percent BETWEEN 0 AND 100", name="discount_percent"),
        CheckConstraint("discount >= 0", name="discount"),
        CheckConstraint("promotion_discount >= 0", name="promotion_discount"),
        CheckConstraint(
            "delivered_stock >= 0 AND returned_stock >= 0 AND replaced_stock >= 0"
            " AND invoiced >= 0 AND credited >= 0",
            name="progress",
        ),
        CheckConstraint("returned_stock <= delivered_stock", name="returned"),
        {"schema": "sales", "info": {"audit": "changes"}},
    )

    @property
    def is_sold(self) -> bool:
        """Whether the line is part of what the customer orders."""
        return self.kind == "product"

    @property
    def is_direct(self) -> bool:
        """Whether a supplier brings the goods to the customer himself."""
        return self.supply == "direct" and self.is_goods and self.is_sold


class OrderInstalment(Model):
    """A part of what an order comes to, agreed by hand: a percentage, and the days after an
    invoice on which it falls due."""

    __tablename__ = "order_instalment"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(
        ForeignKey("sales.sales_order.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    percent: Mapped[Decimal]
    days: Mapped[int] = mapped_column(Integer, default=0, server_default="0")

    __table_args__ = (
        CheckConstraint("percent > 0 AND percent <= 100", name="percent"),
        CheckConstraint("days BETWEEN 0 AND 3650", name="days"),
        {"schema": "sales"},
    )


class OrderVersion(Record, Model):
    """What an order said before it was changed: kept for good."""

    __tablename__ = "order_version"

    order_id: Mapped[int] = mapped_column(
        ForeignKey("sales.sales_order.id", ondelete="CASCADE"), index=True
    )
    quote_version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str]
    day: Mapped[datetime.date]
    net: Mapped[Decimal]
    tax: Mapped[Decimal]
    total: Mapped[Decimal]
    currency: Mapped[str]
    why: Mapped[str] = mapped_column(default="", server_default="")
    changed_by: Mapped[str] = mapped_column(default="", server_default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)

    order: Mapped[SalesOrder] = relationship(viewonly=True)

    __table_args__ = (
        Index("uq_order_version_order_id", "order_id", "quote_version", unique=True),
        {"schema": "sales", "info": {"runtime": "SELECT, INSERT, DELETE", "audit": "none"}},
    )


class CreditOverride(Record, Model):
    """Somebody let an order through beyond the customer's credit limit: who, how far, and why.
    Amounts are in the company's currency."""

    __tablename__ = "credit_override"
    __table_args__ = ({"schema": "sales", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},)

    order_id: Mapped[int] = mapped_column(ForeignKey("sales.sales_order.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    contact_name: Mapped[str]
    credit_limit: Mapped[Decimal]
    owed: Mapped[Decimal]
    ordered: Mapped[Decimal]
    amount: Mapped[Decimal]
    reason: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    user_name: Mapped[str]

    order: Mapped[SalesOrder] = relationship(viewonly=True)
