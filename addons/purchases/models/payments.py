"""Payments to suppliers, and what was set against bills later: their rest, and debit notes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.purchases.models.bills import Bill
from addons.purchases.models.choices import PAYMENT_KINDS, PAYMENT_STATES, one_of
from core.api import Model, Record

ZERO = Decimal(0)


class Payment(Record, Model):
    """Money that went to a supplier, or came back from one, and the bills it pays. `unapplied` is
    what no bill took: an advance, for `order_id` where one is named; `books_applied` of it was
    settled in the books by hand. `rate` is what the bank
    booked for a unit of the currency; `journal` and `account` are the books' codes of the bank or
    till, empty where nobody keeps books."""

    __tablename__ = "payment"

    number: Mapped[str | None] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="payment", server_default="payment")
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    contact_name: Mapped[str] = mapped_column(default="", server_default="")
    date: Mapped[date]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("purchases.order.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), index=True)
    currency: Mapped[str]
    rate: Mapped[Decimal | None]
    amount: Mapped[Decimal]
    unapplied: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    books_applied: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    journal: Mapped[str] = mapped_column(default="", server_default="")
    account: Mapped[str] = mapped_column(default="", server_default="")
    reference: Mapped[str] = mapped_column(default="", server_default="")
    reversed_on: Mapped[date | None]
    reversal_reason: Mapped[str] = mapped_column(default="", server_default="")

    lines: Mapped[list[PaymentLine]] = relationship(
        back_populates="payment",
        order_by="PaymentLine.position, PaymentLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint(one_of("kind", PAYMENT_KINDS), name="kind"),
        CheckConstraint(one_of("state", PAYMENT_STATES), name="state"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("unapplied >= 0 AND unapplied <= amount", name="unapplied"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="number"),
        Index("ix_payment_contact_id", "contact_id", "date"),
        {"schema": "purchases"},
    )


class PaymentLine(Model):
    """A bill, or debit note, and how much of the payment goes to it."""

    __tablename__ = "payment_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("purchases.payment.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    bill_id: Mapped[int] = mapped_column(ForeignKey("purchases.bill.id"), index=True)
    amount: Mapped[Decimal]

    payment: Mapped[Payment] = relationship(back_populates="lines")
    bill: Mapped[Bill] = relationship()

    __table_args__ = (
        UniqueConstraint("payment_id", "bill_id"),
        CheckConstraint("amount > 0", name="amount"),
        {"schema": "purchases"},
    )


class Application(Model):
    """What a supplier owed was set against a bill: the rest of a payment, or a debit note. Taken
    back with the payment, it keeps its row and the day."""

    __tablename__ = "application"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    source: Mapped[str]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("purchases.payment.id"), index=True)
    debit_note_id: Mapped[int | None] = mapped_column(ForeignKey("purchases.bill.id"), index=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("purchases.bill.id"), index=True)
    amount: Mapped[Decimal]
    date: Mapped[date]
    undone_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("source IN ('payment', 'debit_note')", name="source"),
        CheckConstraint("num_nonnulls(payment_id, debit_note_id) = 1", name="one_source"),
        CheckConstraint("amount > 0", name="amount"),
        {"schema": "purchases"},
    )


MODELS = (Payment, PaymentLine, Application)
