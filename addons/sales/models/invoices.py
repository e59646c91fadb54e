"""Invoices and credit notes: drafts that can be edited, then posted for good with a number.

A posted one is guarded by the database (migration 0002): only what was paid of it changes.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record, msg

INVOICE_KINDS: Final = (("invoice", msg("Invoice")), ("credit_note", msg("Credit note")))
INVOICE_STATES: Final = (("draft", msg("Draft")), ("posted", msg("Posted")))
INVOICE_BASES: Final = (
    ("manual", msg("Written by hand")),
    ("delivered", msg("What was delivered")),
    ("ordered", msg("What was ordered")),
    ("percent", msg("A percentage")),
    ("advance", msg("Advance")),
    ("return", msg("Return")),
    ("cancellation", msg("Cancellation")),
    ("allowance", msg("Allowance")),
    ("retention", msg("Retention")),
)
"""What the quantities of an invoice, or of a credit note, were taken from."""
LINE_ROLES: Final = (
    ("sale", msg("Sale")),
    ("advance", msg("Advance")),
    ("gift_card", msg("Gift card")),
    ("rounding", msg("Rounding")),
    ("retention", msg("Retention")),
)
PAYMENT_PROGRESS: Final = (
    ("open", msg("Open")),
    ("partly", msg("Partly paid")),
    ("paid", msg("Paid")),
)
ZERO: Final = Decimal(0)


class Invoice(Record, Model):
    """What a customer is asked for, or is credited with. Amounts of credit notes are positive too.

    `settled` is what was paid of it: by payments, credit notes and whatever the books set against
    it; of a credit note, what was used of it. `company_total` and `company_net` are in the
    company's currency. `retained` is what the customer keeps back until `retained_until`; it counts
    as settled, and is asked for by another invoice, which names this one in `releases_id`.
    """

    __tablename__ = "invoice"

    kind: Mapped[str] = mapped_column(default="invoice", server_default="invoice")
    basis: Mapped[str] = mapped_column(default="manual", server_default="manual")
    number: Mapped[str | None] = mapped_column(unique=True)
    given_number: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    day: Mapped[datetime.date]
    supply_day: Mapped[datetime.date | None]
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
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("sales.invoice.id"), index=True)
    return_id: Mapped[int | None] = mapped_column(ForeignKey("sales.sales_return.id"), index=True)
    reason: Mapped[str] = mapped_column(default="", server_default="")
    discount_percent: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    discount: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    net: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    tax: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    total: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    company_net: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    company_total: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    settled: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    payment_progress: Mapped[str] = mapped_column(default="open", server_default="open")
    due_day: Mapped[datetime.date | None]
    retention_percent: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    retained_until: Mapped[datetime.date | None]
    retained: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    releases_id: Mapped[int | None] = mapped_column(ForeignKey("sales.invoice.id"))
    coupon_codes: Mapped[str] = mapped_column(default="", server_default="")
    with_promotions: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    terms: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="")
    posted_at: Mapped[datetime.datetime | None]
    source_type: Mapped[str | None]
    source_id: Mapped[str | None]

    corrects: Mapped[Invoice | None] = relationship(
        remote_side="Invoice.id", foreign_keys="Invoice.corrects_id", viewonly=True
    )
    lines: Mapped[list[InvoiceLine]] = relationship(
        back_populates="invoice",
        cascade="all, delete-orphan",
        order_by="InvoiceLine.position, InvoiceLine.id",
        passive_deletes=True,
        foreign_keys="InvoiceLine.invoice_id",
    )
    taxes: Mapped[list[InvoiceTax]] = relationship(
        cascade="all, delete-orphan",
        order_by="InvoiceTax.position, InvoiceTax.id",
        passive_deletes=True,
    )
    instalments: Mapped[list[InvoiceInstalment]] = relationship(
        cascade="all, delete-orphan",
        order_by="InvoiceInstalment.due, InvoiceInstalment.id",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("kind IN ('invoice', 'credit_note')", name="kind"),
        CheckConstraint("state IN ('draft', 'posted')", name="state"),
        CheckConstraint(
            "basis IN ('manual', 'delivered', 'ordered', 'percent', 'advance', 'return',"
            " 'cancellation', 'allowance', 'retention')",
            name="basis",
        ),
        CheckConstraint("retention_percent BETWEEN 0 AND 100", name="retention_percent"),
        CheckConstraint(
            "retained BETWEEN 0 AND total"
            " AND (retained = 0 OR kind = 'invoice' AND retained_until IS NOT NULL)",
            name="retained",
        ),
        CheckConstraint(
            "releases_id IS NULL OR kind = 'invoice' AND basis = 'retention'", name="releases"
        ),
        CheckConstraint("(state = 'posted') = (number IS NOT NULL)", name="number"),
        CheckConstraint("state = 'draft' OR rate IS NOT NULL", name="posted_rate"),
        CheckConstraint("payment_progress IN ('open', 'partly', 'paid')", name="payment_progress"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("kind = 'credit_note' OR corrects_id IS NULL", name="corrects"),
        CheckConstraint("settled >= 0 AND (state = 'draft' OR settled <= total)", name="settled"),
        CheckConstraint("num_nonnulls(source_type, source_id) IN (0, 2)", name="source"),
        Index("ix_invoice_day", "day", "id"),
        Index(
            "ix_invoice_open",
            "contact_id",
            "due_day",
            postgresql_where=text("state = 'posted' AND payment_progress <> 'paid'"),
        ),
        Index(
            "ix_invoice_releases_id",
            "releases_id",
            postgresql_where=text("releases_id IS NOT NULL"),
        ),
        Index(
            "ix_invoice_retained",
            "retained_until",
            postgresql_where=text("state = 'posted' AND retained > 0"),
        ),
        Index(
            "uq_invoice_source",
            "source_type",
            "source_id",
            unique=True,
            postgresql_where=text("source_type IS NOT NULL"),
        ),
        {"schema": "sales"},
    )

    @property
    def residual(self) -> Decimal:
        """What is still to be paid, or to be used of a credit note."""
        return self.total - self.settled

    @property
    def takes_promotions(self) -> bool:
        """Whether promotions hold on it: what comes from orders has them from there."""
        return self.kind == "invoice" and self.basis == "manual"

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.state == "draft"


class InvoiceLine(Model):
    """A line of an invoice. `order_line_id` is what it invoices, `corrects_line_id` the line that a
    credit note takes back, `advance_line_id` the advance that a negative line takes off.

    `tax_shares` are its taxes as they were worked out, for what is told when it is posted and for
    credit notes, which take back shares of them. `covers_from` and `covers_until` are the days that
    a recurring charge is for.
    """

    __tablename__ = "invoice_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(
        ForeignKey("sales.invoice.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    kind: Mapped[str] = mapped_column(default="product", server_default="product")
    role: Mapped[str] = mapped_column(default="sale", server_default="sale")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    category_id: Mapped[int | None]
    sku: Mapped[str] = mapped_column(default="", server_default="")
    description: Mapped[str] = mapped_column(default="", server_default="")
    quantity: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.unit.id"))
    unit: Mapped[str] = mapped_column(default="", server_default="")
    factor: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default="1")
    price: Mapped[Decimal]
    price_why: Mapped[str] = mapped_column(default="", server_default="")
    discount_percent: Mapped[Decimal]
    discount: Mapped[Decimal]
    discount_why: Mapped[str] = mapped_column(default="", server_default="")
    promotion_discount: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    taxes: Mapped[str] = mapped_column(default="", server_default="")
    net: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    tax: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    tax_shares: Mapped[list[Any]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'::jsonb")
    )
    cost: Mapped[Decimal | None]
    company_net: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales.sales_order.id"), index=True)
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("sales.order_line.id"), index=True)
    corrects_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.invoice_line.id"), index=True
    )
    advance_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.invoice_line.id"), index=True
    )
    covers_from: Mapped[datetime.date | None]
    covers_until: Mapped[datetime.date | None]

    invoice: Mapped[Invoice] = relationship(back_populates="lines", foreign_keys=[invoice_id])

    __table_args__ = (
        CheckConstraint("kind IN ('product', 'section', 'note')", name="kind"),
        CheckConstraint(
            "role IN ('sale', 'advance', 'gift_card', 'rounding', 'retention')", name="role"
        ),
        CheckConstraint("abs(quantity) < 1e12", name="quantity"),
        CheckConstraint("abs(price) < 1e15", name="price"),
        CheckConstraint("discount_percent BETWEEN 0 AND 100", name="discount_percent"),
        CheckConstraint("promotion_discount >= 0", name="promotion_discount"),
        CheckConstraint("covers_until >= covers_from", name="covers"),
        {"schema": "sales", "info": {"audit": "changes"}},
    )


class InvoiceTax(Model):
    """A tax of an invoice, summed over its lines, as it is printed."""

    __tablename__ = "invoice_tax"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(
        ForeignKey("sales.invoice.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    code: Mapped[str]
    kind: Mapped[str]
    base: Mapped[Decimal]
    amount: Mapped[Decimal]

    __table_args__ = ({"schema": "sales", "info": {"audit": "none"}},)


class InvoiceInstalment(Model):
    """A part of an invoice's total, and the day on which it falls due."""

    __tablename__ = "invoice_instalment"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(
        ForeignKey("sales.invoice.id", ondelete="CASCADE"), index=True
    )
    due: Mapped[datetime.date]
    amount: Mapped[Decimal]

    __table_args__ = ({"schema": "sales", "info": {"audit": "none"}},)
