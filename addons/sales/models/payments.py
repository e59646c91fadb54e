"""Payments of customers, and what they were set against."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.sales.models.invoices import Invoice
from addons.sales.models.orders import SalesOrder
from core.api import Model, Record, msg

PAYMENT_KINDS: Final = (("payment", msg("Payment")), ("refund", msg("Refund")))
PAYMENT_STATES: Final = (
    ("draft", msg("Draft")),
    ("posted", msg("Posted")),
    ("reversed", msg("Reversed")),
)
PAYMENT_METHODS: Final = (
    ("money", msg("Money")),
    ("gift_card", msg("Gift card")),
    ("loyalty", msg("Loyalty points")),
)
ZERO: Final = Decimal(0)


class Payment(Record, Model):
    """Money that came from a customer, or was paid back. What no invoice takes is to the customer's
    credit: `used` is what was set against invoices, refunds included.

    A refund is set against credit notes, and what it takes beyond them against credit on account.
    `journal` and `account` are codes of the books. Instead of money, a gift card or points of a
    loyalty account may pay.
    """

    __tablename__ = "payment"

    number: Mapped[str | None] = mapped_column(unique=True)
    given_number: Mapped[str] = mapped_column(default="", server_default="")
    kind: Mapped[str] = mapped_column(default="payment", server_default="payment")
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    day: Mapped[datetime.date]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    contact_name: Mapped[str] = mapped_column(default="", server_default="")
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales.sales_order.id"), index=True)
    currency: Mapped[str]
    rate: Mapped[Decimal | None]
    amount: Mapped[Decimal]
    method: Mapped[str] = mapped_column(default="money", server_default="money")
    journal: Mapped[str] = mapped_column(default="", server_default="")
    account: Mapped[str] = mapped_column(default="", server_default="")
    reference: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="")
    used: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), index=True)
    reversal_reason: Mapped[str] = mapped_column(default="", server_default="")
    reversed_on: Mapped[datetime.date | None]
    source_type: Mapped[str | None]
    source_id: Mapped[str | None]
    gift_card_id: Mapped[int | None] = mapped_column(ForeignKey("sales.gift_card.id"), index=True)
    loyalty_account_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.loyalty_account.id"), index=True
    )
    points: Mapped[Decimal | None]

    order: Mapped[SalesOrder | None] = relationship(viewonly=True)
    parts: Mapped[list[PaymentPart]] = relationship(
        back_populates="payment",
        cascade="all, delete-orphan",
        order_by="PaymentPart.position, PaymentPart.id",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("kind IN ('payment', 'refund')", name="kind"),
        CheckConstraint("state IN ('draft', 'posted', 'reversed')", name="state"),
        CheckConstraint("method IN ('money', 'gift_card', 'loyalty')", name="method"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="number"),
        CheckConstraint("amount > 0 AND amount < 1e15", name="amount"),
        CheckConstraint("used >= 0 AND used <= amount", name="used"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("(state = 'reversed') = (reversed_on IS NOT NULL)", name="reversed"),
        CheckConstraint("num_nonnulls(source_type, source_id) IN (0, 2)", name="source"),
        CheckConstraint("gift_card_id IS NULL OR method = 'gift_card'", name="gift_card"),
        CheckConstraint(
            "num_nonnulls(loyalty_account_id, points) IN (0, 2)"
            " AND (points IS NULL OR method = 'loyalty' AND points > 0)",
            name="points",
        ),
        Index("ix_payment_day", "day", "id"),
        Index(
            "uq_payment_source",
            "source_type",
            "source_id",
            unique=True,
            postgresql_where=text("source_type IS NOT NULL"),
        ),
        {"schema": "sales"},
    )

    @property
    def unused(self) -> Decimal:
        """What is left to the customer's credit."""
        return self.amount - self.used


class PaymentPart(Model):
    """What a payment pays of an invoice, or a refund of a credit note, as it was entered."""

    __tablename__ = "payment_part"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    payment_id: Mapped[int] = mapped_column(
        ForeignKey("sales.payment.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    invoice_id: Mapped[int] = mapped_column(ForeignKey("sales.invoice.id"), index=True)
    amount: Mapped[Decimal]

    payment: Mapped[Payment] = relationship(back_populates="parts")
    invoice: Mapped[Invoice] = relationship(viewonly=True)

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        {"schema": "sales", "info": {"audit": "changes"}},
    )


class Application(Model):
    """An amount set against an invoice, or against a refund.

    It came from a payment, a credit note, or what the books settled (`settlement_id` with the
    day of its undoing), or the customer keeps it back (`retained`); it went to an invoice or to a
    refund. `told` says whether others hear of
    it by an event of its own. Never deleted: what is undone says so.
    """

    __tablename__ = "application"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    day: Mapped[datetime.date]
    amount: Mapped[Decimal]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("sales.payment.id"), index=True)
    credit_note_id: Mapped[int | None] = mapped_column(ForeignKey("sales.invoice.id"), index=True)
    settlement_id: Mapped[int | None]
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("sales.invoice.id"), index=True)
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("sales.payment.id"), index=True)
    retained: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    undone: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(
            "num_nonnulls(payment_id, credit_note_id) = 1 AND NOT retained"
            " OR (payment_id IS NULL AND credit_note_id IS NULL"
            " AND (settlement_id IS NOT NULL) <> retained)",
            name="from",
        ),
        CheckConstraint(
            "num_nonnulls(invoice_id, refund_id) = 1 OR settlement_id IS NOT NULL", name="to"
        ),
        Index(
            "ix_application_settlement_id",
            "settlement_id",
            postgresql_where=text("settlement_id IS NOT NULL"),
        ),
        {"schema": "sales", "info": {"runtime": "SELECT, INSERT, UPDATE", "audit": "changes"}},
    )
